"""Verify one database's audit trail against its seals, entry by entry, in memory that does not grow with it.

Three stretches of one index make up all entries: those of each seal, those beyond the last seal, and those that wait.
Nothing that is sealed changes, so a trail can be verified while it is being written and sealed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby
from typing import Any

from bson.min_key import MinKey
from pymongo.database import Database

from chassis import audit
from chassis.trail import seals
from chassis.trail.comparison import Comparison, Entries, places
from chassis.trail.sealer import BATCH, SEALS
from chassis.trail.seals import DIGEST_BYTES, TrustedKeys
from chassis.trail.stored import Stored, raw

AT_ONCE = 50
"""Seals that are read at once; each has a list of up to a thousand digests."""
INDEX = "sealed"
WHOLE = {"$type": ["int", "long"]}
SHAPE: Mapping[str, type] = {
    **{"service": str, "previous": str, "first": object, "last": object, "count": int, "entries": str},
    **{"at": datetime, "key": str, "digests": bytes, "signature": bytes},
}

UNREADABLE = "cannot be read: no program of the node wrote it; it is sealed as the bytes that it is"

Document = dict[str, Any]
Seal = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """Say what is wrong with a seal, or with its entries; ``seal`` is empty where entries have none.

    ``fault`` is false of what stands as it was sealed, and yet is to be told.
    """

    seal: str
    found: str
    fault: bool = True


@dataclass(frozen=True, slots=True)
class Head:
    """Name a seal by number and hash, as somebody noted it down elsewhere."""

    number: int
    hash: str


@dataclass
class Counts:
    """Count what was verified; ``oldest`` is the time of the oldest entry that waits to be sealed."""

    seals: int = 0
    entries: int = 0
    waiting: int = 0
    oldest: datetime | None = None
    head: Head | None = None


class Check:
    """Verify one trail, once."""

    def __init__(
        self, database: Database[Document], service: str, trusted: TrustedKeys, heads: Iterable[Head] = ()
    ) -> None:
        """Take the database, whose it is, the keys that may have signed, and seals that must be in the chain."""
        self.counts = Counts()
        self._audit = raw(database[audit.COLLECTION])
        self._seals = raw(database[SEALS])
        self._service = service
        self._trusted = trusted
        self._heads: dict[int, set[str]] = {}
        for head in heads:
            self._heads.setdefault(head.number, set()).add(head.hash)
        self._last = 0
        self._hash: str | None = ""
        self._in_lists = 0

    def findings(self) -> Iterator[Finding]:
        """Yield whatever is wrong, as it is met; :attr:`counts` are complete at the end."""
        yield from self._chain()
        while (beyond := self._beyond()) is None:
            yield from self._chain()
        yield from beyond
        yield from self._below()
        if self._in_lists:
            yield Finding("", f"{self._in_lists} entries name a list of seals: they were changed or added")
        yield from self._odd_seals()
        for number in sorted(self._heads):
            yield Finding(str(number), "is missing, though it was the head once: the end of the chain is cut off")

    # Seals

    def _chain(self) -> Iterator[Finding]:
        """Go through the seals after the last, with the entries that name them or a number in between."""
        while found := self._next_seals():
            entries = Entries(self._sealed(self._last, found[-1]["_id"]))
            for seal in found:
                yield from self._gap(seal["_id"], entries)
                yield from self._seal(seal, entries)

    def _next_seals(self) -> list[Stored]:
        found = self._seals.find({"_id": {"$gt": self._last} | WHOLE}).sort("_id", 1).limit(AT_ONCE)
        return [Stored(seal.raw) for seal in found]

    def _gap(self, number: int, entries: Entries) -> Iterator[Finding]:
        first, last = self._last + 1, number - 1
        if first <= last:
            yield Finding(f"{first}" if first == last else f"{first} to {last}", "is missing: the chain is broken")
            self._hash = None
        yield from self._stray(entries.before(number))

    def _seal(self, seal: Seal, entries: Entries) -> Iterator[Finding]:
        name, hash_ = str(seal["_id"]), seals.hash_of(seal)
        follows = self._hash is None or seal.get("previous") == self._hash
        self._last, self._hash = seal["_id"], hash_
        self.counts.seals += 1
        self.counts.head = Head(self._last, hash_)
        for noted in self._heads.pop(self._last, set()) - {hash_}:
            yield Finding(name, f"is not the one that was noted: its hash is {hash_}, not {noted}")
        if not follows:
            yield Finding(name, "does not follow the seal before it: one of the two was changed, moved or replaced")
        if fault := self._fault(seal):
            yield Finding(name, fault)
        if _well_formed(seal):
            yield from self._entries(seal, entries.of(self._last))

    def _fault(self, seal: Seal) -> str:
        """Say what is wrong with a seal by itself, or nothing."""
        if not _well_formed(seal):
            return "cannot be read: fields are missing, or not of their kind"
        if not self._trusted.knows(seal["key"]):
            return f"is signed by another key ({seal['key']}), which is not trusted"
        if not self._trusted.fits(seal):
            return "does not bear its signature: it was changed, or signed by another key"
        return "" if seal["service"] == self._service else f"belongs to the trail of {seal['service']}"

    def _odd_seals(self) -> Iterator[Finding]:
        odd = {"$or": [{"_id": {"$lt": 1}}, {"_id": {"$not": WHOLE}}]}
        for seal in self._seals.find(odd, {"_id": 1}):
            yield Finding(repr(Stored(seal.raw)["_id"]), "has no number of the chain: it was added")

    # Entries

    def _sealed(self, after: int, last: int) -> Iterator[Stored]:
        ordered = [("seal", 1), ("position", 1), ("_id", 1)]
        found = self._audit.find({"seal": {"$gt": after, "$lte": last}}).sort(ordered).batch_size(BATCH)
        for entry in (Stored(each.raw) for each in found):
            if isinstance(entry["seal"], list):
                self._in_lists += 1
            else:
                yield entry

    def _entries(self, seal: Seal, entries: Iterator[Stored]) -> Iterator[Finding]:
        """Compare a seal's entries with its digests, and say which differ."""
        name, digests = str(seal["_id"]), seal["digests"]
        if seals.over(digests) != seal["entries"] or len(digests) != DIGEST_BYTES * seal["count"]:
            yield Finding(name, "has another list of entries than was signed")
        comparison = Comparison(places(digests))
        for entry in entries:
            self.counts.entries += 1
            if fault := comparison.fault(entry):
                yield Finding(name, fault)
            if "unreadable" in seal and not entry.readable:
                yield Finding(name, f"entry {entry['_id']} {UNREADABLE}", fault=False)
        yield from (Finding(name, fault) for fault in comparison.rest())

    def _beyond(self) -> Iterator[Finding] | None:
        """Return what is wrong beyond the last seal; None where the chain has grown meanwhile."""
        beyond = self._audit.find(batch_size=BATCH).hint(INDEX).min(_bound(self._last + 1))
        found = (Stored(entry.raw) for entry in beyond)
        first = next(found, None)
        if first is None:
            return iter(())
        if self._seals.find_one({"_id": {"$gt": self._last} | WHOLE}, {"_id": 1}):
            return None
        return self._stray(chain([first], found))

    def _below(self) -> Iterator[Finding]:
        """Count what waits; what names a number below 1 was never sealed."""
        below = self._audit.find({}, {"seal": 1, "at": 1}, batch_size=BATCH).hint(INDEX).max(_bound(1))
        for entry in (Stored(each.raw) for each in below):
            if entry.get("seal") is not None:
                yield from self._stray([entry])
                continue
            self.counts.waiting += 1
            if isinstance(at := entry.get("at"), datetime):
                self.counts.oldest = min(at, self.counts.oldest or at)

    def _stray(self, entries: Iterable[Stored]) -> Iterator[Finding]:
        """Say of entries that the seal that they name is not there, once for each seal."""
        for _, group in groupby(entries, lambda entry: repr(entry["seal"])):
            first, count = _first_and_count(group)
            named = first["seal"]
            if self._seals.find_one({"_id": {"$eq": named}}, {"_id": 1}) is None:
                what = f"{count} entries, the first of them {first['_id']}, name seal {named!r}, which is not there"
                yield Finding("", what)


def _first_and_count(entries: Iterator[Stored]) -> tuple[Stored, int]:
    first = next(entries)
    return first, 1 + sum(1 for _ in entries)


def _well_formed(seal: Seal) -> bool:
    return all(isinstance(seal.get(name), kind) for name, kind in SHAPE.items())


def _bound(seal: int) -> list[tuple[str, Any]]:
    return [("seal", seal), ("position", MinKey()), ("_id", MinKey())]
