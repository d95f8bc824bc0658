"""Fold text for comparing: one spelling for what Arabic, Persian and Latin writers spell in several ways.

The same name is written with أ إ آ ا, ى ي ی, ة ه, ك ک, with or without tashkeel, tatweel, hamza and zero-width
non-joiner, and with digits in three scripts. What was written is kept for showing; what is compared, searched or hashed
is :func:`fold` of it. All services fold alike, so this is part of the published language: a change here changes stored
search keys and is a migration.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

ARTICLE = "ال"
SHORTEST_STEM = 3
BEGINNINGS = (2, 3)
"""Letters of the beginnings of words that records are found by; longer ones are found by the words themselves."""

LONGEST_TERM = 12
_ENDS = (*BEGINNINGS, LONGEST_TERM)

_LAST = "\U0010ffff"  # no word goes on with it
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad"  # controls, but for tab and line ends
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks of direction, which can show a name backwards
    "\u200b\u2060\ufeff\ud800-\udfff]"  # blanks of no width; those that join letters or part them are spelling
)
_SAME_LETTER = str.maketrans(
    {
        **dict.fromkeys("ٱ", "ا"),
        **dict.fromkeys("ىیېےۍ", "ي"),
        **dict.fromkeys("ةەہھۃ", "ه"),
        **dict.fromkeys("کڪ", "ك"),
        **dict.fromkeys("ۆۇۋ", "و"),
        **dict.fromkeys("ءـ", ""),
    }
)
_DROPPED = {"Mn", "Me", "Cf"}
_KEPT = {"L", "N", "M"}


class _Table(dict[int, str]):
    """Compute the replacement of a code point once, on first sight; for ``str.translate``."""

    def __init__(self, replace: Callable[[str], str]) -> None:
        super().__init__()
        self._replace = replace

    def __missing__(self, code: int) -> str:
        self[code] = replacement = self._replace(chr(code))
        return replacement


def seen(text: str) -> str:
    """Return the text without characters that nobody sees and no spelling needs: controls, marks of direction.

    A zero-width joiner or non-joiner stays: Persian is spelt with it. Idempotent; never raises.
    """
    return _UNSEEN.sub("", text)


def fold(text: str) -> str:
    """Return the text as it is compared: folded letters, plain digits, no marks, single spaces, lower case.

    Idempotent; never raises; letter by letter, so that ``fold(a + b)`` holds the letters of ``fold(a)`` and then those
    of ``fold(b)``. Punctuation and symbols become spaces; a zero-width non-joiner and a tatweel vanish. Empty where the
    text has neither letter nor digit.
    """
    return " ".join(text.translate(_LETTERS).split())


def fold_digits(text: str) -> str:
    """Return the text with every decimal digit of any script as 0-9, and all else as it was. Idempotent."""
    return text.translate(_DIGITS)


def without_article(word: str) -> str:
    """Return a folded word without the Arabic article, where enough is left of it."""
    stem = word.removeprefix(ARTICLE)
    return stem if len(stem) >= SHORTEST_STEM else word


def index_terms(*texts: str, most: int = 300) -> list[str]:
    """Return what a record that bears these texts is found by: sorted, no term twice, at most ``most`` terms.

    Each folded word gives itself, cut to :data:`LONGEST_TERM`, and its :data:`BEGINNINGS`, with and without the Arabic
    article. Kept in an indexed array, they answer :func:`sought`.
    """
    terms: dict[str, None] = {}
    for word in dict.fromkeys(fold(" ".join(texts)).split()):
        for stem in (word, without_article(word)):
            for end in _ENDS:
                terms[stem[:end]] = None
    return sorted(list(terms)[:most])


def query_terms(query: str, most: int = 8) -> list[str]:
    """Return what terms of a record must begin with, for it to be found by a query: the first ``most`` of its words.

    Empty where the query has neither letter nor digit.
    """
    words = fold(query).split()[:most]
    return sorted({without_article(word)[:LONGEST_TERM] for word in words})


def sought(field: str, query: str) -> list[dict[str, Any]]:
    """Return MongoDB's conditions for a record to bear all words of a query, or their beginnings.

    None where the query has neither letter nor digit. ``field`` is an indexed array of :func:`index_terms`. A word that
    is longer than the beginnings which stand there gives two conditions: one key of the index, of which records come in
    the order of their ids until a page is full, and a range of keys, which holds few records where few have the word.
    The database takes whichever gives sooner.
    """
    return [condition for word in query_terms(query) for condition in _begun(field, word)]


def _begun(field: str, word: str) -> list[dict[str, Any]]:
    longest = max(BEGINNINGS)
    if len(word) <= longest:
        return [{field: word}]
    return [{field: word[:longest]}, {field: {"$elemMatch": {"$gte": word, "$lt": word + _LAST}}}]


def _folded_letter(letter: str) -> str:
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold())
    return "".join(map(_folded_part, plain)).translate(_SAME_LETTER)


def _folded_part(part: str) -> str:
    category = unicodedata.category(part)
    if category in _DROPPED:
        return ""
    return _plain_digit(part) if category[0] in _KEPT else " "


def _plain_digit(letter: str) -> str:
    digit = unicodedata.decimal(letter, None)
    return letter if digit is None else str(digit)


_LETTERS = _Table(_folded_letter)
_DIGITS = _Table(_plain_digit)
