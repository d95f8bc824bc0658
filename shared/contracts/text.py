"""Fold text for comparing: one spelling for what Arabic, Persian and Latin writers spell in several ways.

The same name is written with أ إ آ ا, ى ي ی, ة ه, ك ک, with or without tashkeel, tatweel, hamza and zero-width
non-joiner, and with digits in three scripts. What was written is kept for showing; what is compared, searched or hashed
is :func:`fold` of it. All services fold alike, so this is part of the published language: a change here changes stored
search keys and is a migration.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

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
