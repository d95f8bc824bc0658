"""Compare the entries of a seal with what was sealed, and hand entries out seal by seal. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chassis.trail import seals
from chassis.trail.seals import DIGEST_BYTES
from chassis.trail.stored import Stored

MOST_SUSPECTS = 10_000
"""How many entries are remembered that a seal does not know; more are told of at once, as added."""
ADDED, CHANGED = "was added: it was never sealed", "was changed after it was sealed"


class Entries:
    """Hand out entries, which come in the order of their seals' numbers, seal by seal."""

    def __init__(self, entries: Iterator[Stored]) -> None:
        """Take the entries."""
        self._entries = entries
        self._next = next(entries, None)

    def before(self, number: int) -> Iterator[Stored]:
        """Yield those that name a lower number than this."""
        while self._next is not None and seals.number(self._next["seal"]) < number:
            yield self._take()

    def of(self, number: int) -> Iterator[Stored]:
        """Yield those that name this number."""
        while self._next is not None and seals.number(self._next["seal"]) == number:
            yield self._take()

    def _take(self) -> Stored:
        assert self._next is not None  # noqa: S101 - asked before
        taken, self._next = self._next, next(self._entries, None)
        return taken


class Comparison:
    """Compare the entries of one seal with what was sealed, whatever order they come in."""

    def __init__(self, sealed: Mapping[bytes, int]) -> None:
        """Take the position of each digest that was sealed."""
        self._sealed = sealed
        self._missing = dict.fromkeys(sealed.values())
        self._suspects: dict[int, list[Any]] = {}
        self._count = 0

    def fault(self, entry: Stored) -> str:
        """Take an entry, and say what is wrong with it where that is certain at once."""
        place, position = self._sealed.get(seals.digest(entry)), entry.get("position")
        if place is None:
            return self._suspect(entry["_id"], position)
        self._missing.pop(place, None)
        return "" if place == position else f"entry {entry['_id']} was moved: sealed at {place}, found at {position}"

    def rest(self) -> Iterator[str]:
        """Yield what else is wrong, when all entries have come: those that were changed or added, and those missing."""
        for position, ids in self._suspects.items():
            changed = position in self._missing
            self._missing.pop(position, None)
            yield from (f"entry {id_} {CHANGED if changed and id_ == ids[0] else ADDED}" for id_ in ids)
        yield from (f"the entry at position {place} is missing" for place in self._missing)

    def _suspect(self, id_: Any, position: Any) -> str:
        self._count += 1
        if self._count > MOST_SUSPECTS or not isinstance(position, int):
            return f"entry {id_} {ADDED}"
        self._suspects.setdefault(position, []).append(id_)
        return ""


def places(digests: bytes) -> dict[bytes, int]:
    """Return the position of each digest of a seal."""
    starts = range(0, len(digests), DIGEST_BYTES)
    return {digests[start : start + DIGEST_BYTES]: start // DIGEST_BYTES for start in starts}
