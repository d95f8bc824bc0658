"""Find the area that a cell names, among the areas of the node."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from rapidfuzz import fuzz, process

from contracts.text import fold
from services.gateway.imports import words
from services.gateway.imports.domain import BadValue

CLOSE_ENOUGH = 88.0
DEEPEST_FIRST = ("county", "locality", "governorate", "country")
"""When a name stands for areas of several levels: an association is registered in a county."""

_PARTS = re.compile(r"\s*[-–—/،,;؛>|\n]\s*")


@dataclass(frozen=True, slots=True)
class Area:
    """Hold what is needed of an area: code, level, names, the codes above it, and a place inside (lon, lat)."""

    id: str
    level: str
    names: tuple[str, ...]
    path: tuple[str, ...]
    centre: tuple[float, float] | None = None


class AreaIndex:
    """Find areas by code or name, in any of their languages and any spelling, with or without ``مركز`` before it."""

    def __init__(self, areas: Iterable[Area]) -> None:
        """Take all areas of the node."""
        self._by_id = {area.id: area for area in areas}
        self._by_key: dict[str, list[Area]] = {}
        for area in self._by_id.values():
            for key in {fold(area.id), *(bare(name) for name in area.names)} - {""}:
                self._by_key.setdefault(key, []).append(area)
        self.find = lru_cache(maxsize=10_000)(self._find)
        """Return the area that a cell names; see :meth:`_find`."""

    def __len__(self) -> int:
        """Return how many areas there are."""
        return len(self._by_id)

    def get(self, area: str) -> Area | None:
        """Return the area of a code, or None."""
        return self._by_id.get(area)

    def _find(self, text: str, parent: str = "") -> Area:
        """Return the area that a cell names; ``parent`` is the text of the cell that names the one above it.

        A cell of several parts (``قنا - دشنا``) names the innermost, the others say where. Raises :class:`BadValue`
        for a name that no area has, or that several of one level have.
        """
        whole = self._named(text)
        if not whole:
            parts = [part for part in _PARTS.split(text) if part]
            parts = parts if len(parts) > 1 else []
            found = [areas for areas in map(self._named, parts) if areas]
            if not parts or not found:
                raise BadValue("unknown_area")
            whole = _innermost(found)
        return _the_one(whole, self._named(parent) if parent else [])

    def _named(self, text: str) -> list[Area]:
        """Return the areas of a name; close spellings count where they are of one name only."""
        key, level = bare(text), level_of(text)
        areas = self._by_key.get(fold(text)) or self._by_key.get(key) or self._close(key)
        return [area for area in areas if area.level == level] or areas

    def _close(self, key: str) -> list[Area]:
        close = process.extract(key, self._by_key.keys(), scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH, limit=2)
        if not close or (len(close) > 1 and close[0][1] == close[1][1]):
            return []
        return self._by_key[close[0][0]]


def of_wire(area: Mapping[str, Any]) -> Area:
    """Return the area of a registry's record."""
    centre = area.get("centre")
    names = tuple(dict.fromkeys(filter(None, (*area["names"].values(), *area.get("aliases", ())))))
    return Area(area["id"], area["level"], names, tuple(area["path"]), tuple(centre) if centre else None)


def bare(name: str) -> str:
    """Return a name folded, without the word for its level."""
    folded = fold(name)
    for word in _level_words():
        folded = folded.removeprefix(f"{word} ").removesuffix(f" {word}")
    return folded


def level_of(name: str) -> str:
    """Return the level that a word of the name says, or empty."""
    folded = f" {fold(name)} "
    for word, level in _level_words().items():
        if folded.startswith(f" {word} ") or folded.endswith(f" {word} "):
            return level
    return ""


@cache
def _level_words() -> dict[str, str]:
    """Return the folded words with their level, longest first."""
    pairs = [(fold(word), level) for level, level_words in words.AREA_LEVELS.items() for word in level_words]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


def _innermost(found: list[list[Area]]) -> list[Area]:
    """Return, of the areas of several parts, those that lie deepest within another part's, or else deepest of all."""
    within = [area for areas in found for area in areas if _ids(found, but=areas) & set(area.path[:-1])]
    candidates = within or [area for areas in found for area in areas]
    depth = max(len(area.path) for area in candidates)
    return [area for area in candidates if len(area.path) == depth]


def _ids(found: list[list[Area]], but: list[Area]) -> set[str]:
    return {area.id for areas in found if areas is not but for area in areas}


def _the_one(areas: list[Area], parents: list[Area]) -> Area:
    above = {area.id for area in parents}
    areas = [area for area in areas if above & set(area.path[:-1])] or areas
    if not areas:
        raise BadValue("unknown_area")
    level = min((area.level for area in areas), key=DEEPEST_FIRST.index)
    chosen = [area for area in areas if area.level == level]
    if len(chosen) > 1:
        raise BadValue("ambiguous_area")
    return chosen[0]
