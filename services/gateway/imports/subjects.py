"""Understand words for what an organization can do, and for what kind of organization it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from rapidfuzz import fuzz, process

from contracts.subjects import SUBJECTS
from contracts.text import fold, fold_digits
from services.gateway.imports import words
from services.gateway.imports.domain import BadValue

CLOSE_ENOUGH = 86.0
SHORTEST_CLOSE = 6
SHORTEST_STEM = 3
_PREFIXES = ("وال", "بال", "لل", "ال", "و")
_PARTS = re.compile(r"\s*[\n;؛,،/|+•·*&]\s*|\s+[-–—]\s+")
_NUMBER = re.compile(r"\D*(\d{1,7})\D*\Z")

Phrases = dict[tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class Understood:
    """Hold the subjects that a text names with their capacity (None where it states none), and the parts unknown."""

    capacities: dict[str, int | None]
    unknown: tuple[str, ...]


def capabilities(text: str, split: str = "", meaning: Callable[[str], Any] = lambda part: part) -> Understood:
    """Return what a cell of capabilities says.

    Parts are cut at ``split``, or at the usual signs. ``meaning`` says what a part stands for: a code or other words,
    several of them, or None for nothing. A part may name several subjects (``تدريب ورعاية أيتام``), and one number in
    it is their capacity (``سكن (١٠ أسر)``), unless ``meaning`` has put other words for it.
    """
    capacities: dict[str, int | None] = {}
    unknown = []
    for part in filter(fold, text.split(split) if split else _PARTS.split(text)):
        meant = meaning(part)
        codes = [code for named in _several(meant) for code in codes_in(named)]
        if not codes and meant is not None:
            unknown.append(part.strip())
        for code in codes:
            capacities[code] = capacities.get(code) or (_number_in(part) if meant == part else None)
    return Understood(capacities, tuple(unknown))


def _several(meant: Any) -> list[str]:
    if isinstance(meant, list | tuple):
        return [str(one) for one in meant]
    return [] if meant is None else [str(meant)]


def _number_in(part: str) -> int | None:
    number = _NUMBER.match(fold_digits(part))
    return int(number[1]) if number else None


@lru_cache(maxsize=10_000)
def codes_in(text: str) -> tuple[str, ...]:
    """Return the subjects that a text names, in the order of the code list."""
    found = _scan(_stems(text), _subject_phrases()) or _close(text, _joined_subjects())
    return tuple(code for code in SUBJECTS if code in found)


@lru_cache(maxsize=10_000)
def organization_type(text: str) -> str:
    """Return the type whose words a text holds, the longest phrase first; raise :class:`BadValue` for none."""
    found = _scan(_stems(text), _type_phrases()) or _close(text, _joined_types())
    if not found:
        raise BadValue("organization_type_unknown")
    return found[0]


def _scan(stems: tuple[str, ...], phrases: Phrases) -> list[str]:
    """Return the codes of the phrases that stand in a text; a word belongs to one phrase, the longest that has it."""
    found, left = [], list(stems)
    for phrase, code in phrases.items():
        at = _position(left, phrase)
        if at is not None:
            left[at : at + len(phrase)] = [""] * len(phrase)
            found.append(code)
    return list(dict.fromkeys(found))


def _position(stems: list[str], phrase: tuple[str, ...]) -> int | None:
    size = len(phrase)
    return next((at for at in range(len(stems) - size + 1) if tuple(stems[at : at + size]) == phrase), None)


def _close(text: str, joined: dict[str, str]) -> list[str]:
    """Return the code of the phrase that a misspelt text as a whole stands for."""
    key = " ".join(_stems(text))
    if len(key) < SHORTEST_CLOSE:
        return []
    close = process.extractOne(key, joined.keys(), scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH)
    return [joined[close[0]]] if close else []


def _stems(text: str) -> tuple[str, ...]:
    return tuple(_stem(word) for word in fold(text.replace("_", " ")).split())


def _stem(word: str) -> str:
    """Cut the article and the ``and`` that Arabic writes onto a word."""
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= SHORTEST_STEM:
            return word[len(prefix) :]
    return word


@cache
def _subject_phrases() -> Phrases:
    named = {code: (subject.ar, subject.fa, subject.en, code) for code, subject in SUBJECTS.items()}
    return _phrases({code: (*names, *words.SUBJECTS[code]) for code, names in named.items()})


@cache
def _type_phrases() -> Phrases:
    return _phrases({code: (code, *texts) for code, texts in words.TYPES.items()})


@cache
def _joined_subjects() -> dict[str, str]:
    return {" ".join(phrase): code for phrase, code in _subject_phrases().items()}


@cache
def _joined_types() -> dict[str, str]:
    return {" ".join(phrase): code for phrase, code in _type_phrases().items()}


def _phrases(texts: dict[str, tuple[str, ...]]) -> Phrases:
    """Return stems to code, longest first, so that ``صحة نفسية`` is not taken for ``صحة``."""
    phrases = {_stems(text): code for code, several in texts.items() for text in several}
    return dict(sorted(phrases.items(), key=lambda pair: (-len(pair[0]), -len("".join(pair[0])))))
