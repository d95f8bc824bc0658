"""Tell areas' names among the words of a search, as the map's page does with what is typed (``web/src/called.ts``).

A name, or what an area is called besides, is told whole, in any spelling, with or without its words for a level ("Qena
Governorate", "شهرستان قم") and the words that lead to it ("in Qus", "بقوص"). A test holds both to the same cases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from contracts.text import fold, without_article
from services.gateway.downloads.words import Areas, Json

LEVELS = ("country", "governorate", "county", "locality")
LEVEL_WORDS = {
    word: levels
    for levels, words in {
        ("governorate",): "governorate province محافظه استان",
        ("county",): "county district markaz مركز شهرستان قضا",
        ("county", "locality"): "city town village مدينه شهر قريه روستا",
    }.items()
    for word in words.split()
}
"""Words for levels, as they are folded, each with the levels that it may mean."""
LEADING = frozenset(("in", "at", "of", "the", "al", "el", "في", "در"))
JOINED = "ب"
"""In Arabic, "in" is written together with the name."""
SHORTEST = 2  # letters of a name
LONGEST = 6  # words of a name, with those that lead to it
KEPT = 20_000  # names whose letters are remembered

_BETWEEN = re.compile(r"[\s,،;؛/]+")


@dataclass(frozen=True, slots=True)
class Called:
    """Hold the code of an area that some words name, and the other words, as they were written."""

    area: str
    words: str


def called(text: str, areas: Areas) -> list[Called]:
    """Return the areas that all words of a text name; or else its last words, or its first: as many as name one.

    The widest come first; a longer name goes before a shorter one, so "Nag Hammadi" is no Hammadi.
    """
    words = [word for word in _BETWEEN.split(text) if fold(word)]
    for count in range(min(len(words), LONGEST), 0, -1):
        found: dict[str, str] = {}
        for name, others in _splits(words, count):
            for code in _named(name, areas):
                found.setdefault(code, others)
        if found:
            return [Called(code, others) for code, others in found.items()]
    return []


def _splits(words: Sequence[str], count: int) -> Iterator[tuple[str, str]]:
    at = len(words) - count
    yield fold(" ".join(words[at:])), " ".join(words[:at])
    if at:
        yield fold(" ".join(words[:count])), " ".join(words[count:])


def _named(name: str, areas: Areas) -> list[str]:
    levels = {level for word in name.split() for level in LEVEL_WORDS.get(word, ())} or {*LEVELS}
    for key in (_key(name), _key(name.removeprefix(JOINED))):
        found = [
            code
            for code, area in areas.items()
            if area["level"] in levels and len(key) >= SHORTEST and key in map(_key, _names(area))
        ]
        if found:
            return sorted(found, key=lambda code: LEVELS.index(areas[code]["level"]))
    return []


def _names(area: Json) -> Iterator[str]:
    """Give what an area is called: in three languages, and besides, where that is known."""
    return chain(area["names"].values(), area.get("aliases", ()))


@lru_cache(maxsize=KEPT)
def _key(name: str) -> str:
    """Return what a name is compared by: its letters without articles, blanks, and words for levels."""
    own = (word for word in fold(name).split() if word not in LEVEL_WORDS and word not in LEADING)
    return "".join(map(without_article, own))
