"""Count each area, with all that lies within it: who works there, how much is free, and how many wait for help.

Organizations are public bodies, and are counted exactly, and so are their members. What speaks of families is published
as in :mod:`..figures`: below five it is null, else rounded down to fives.

``open_needs``        needs for which no agency is asked at present; one that is sent to an agency waits for it, and one
                      that an agency took on takes of its capacity instead.
``open_needs_here``   of a subject: those that are told of no area within. Where there is none, those are all. Otherwise
                      they are of families of whom no smaller area is known, and of areas within of which too few would
                      be told. So each need is told once, of the smallest area that has enough of them.
``families_in_care``  families with a case that is open.
``open_needs_per_1000_families``  is made of those two as they are published, and null where one of them is.
``free_capacity``     for how many families there is room: what organizations say that they can do at once (a
                      capability's ``capacity`` in ``families``), less the referrals of that subject that they took on
                      and have not ended, an organization's never less than none. Where an organization states none for
                      a subject, what its active services say is ``available``, in ``families``, stands for it. Null
                      where nobody within the area has stated anything. The places taken speak of families: they are
                      rounded down to fives before they are subtracted (fewer than five count as none), so that the
                      figure, of which the rest is public, tells no more of them than any other; it may be too high,
                      in a smallest area by up to four.

Each figure is rounded by itself, a total from the exact total and not from its parts, so parts do not add up. Where all
parts happen to lie just below the next five, such a total would betray that (5 and 5 of 15 are at least 6 each), so
a total is lowered to what its parts could come to with one of them at its least: see :mod:`..few`. A part of which
everybody knows that there is none, or how many there can be at most, such as places taken of those stated, counts for
no more than that. That leaves the
difference of a total and its parts nothing to tell of any part that the part itself does not tell; what is not told
itself, below five, could as well be nought. Two readings differ by fives or not at all.

Open needs of a subject have such parts twice: the areas next within, and all that is told as ``open_needs_here`` of the
area and of whatever lies within. They are lowered where either would betray a part.

Published are areas that there are on the day (UTC). What still lies in one that has ended counts for those above it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.registry.areas import is_there
from contracts.subjects import SUBJECTS
from services.gateway.directory.few import Few

Row = dict[str, Any]
FAMILIES = "families"
"""The unit of capacity that is counted."""
ALL = ""
"""Stands for all subjects together, in what was counted."""
FORM = 1
"""Raise it where figures have other fields than before: those that are kept are counted again then."""


@dataclass(slots=True)
class Room:
    """Add up what is stated of capacity: by how many there is any, how much, and how much of it is taken.

    Places are taken only of what capabilities state, so everybody knows that no more of them can be.
    """

    stated: int = 0
    places: int = 0
    taken: Few = field(default_factory=lambda: Few(most=0))

    def add(self, stated: int, places: int) -> None:
        """Add what somebody states."""
        self.stated += stated
        self.places += places

    def add_capability(self, stated: int, places: int) -> None:
        """Add what capabilities state, of which referrals take."""
        self.add(stated, places)
        self.taken.most = (self.taken.most or 0) + places

    def free(self) -> int | None:
        """Return for how many families there is room, by the places taken as they are told."""
        return max(0, self.places - self.taken.told) if self.stated else None


@dataclass(slots=True)
class Subject:
    """Add up what there is of one subject in one area.

    ``here`` are the needs that are told of no area within, to begin with those that are noted of the area itself;
    ``pieces`` is what they and those of all areas within make up the needs of, once they are settled.
    """

    organizations: int = 0
    needs: Few = field(default_factory=Few)
    here: Few = field(default_factory=Few)
    pieces: list[Few] = field(default_factory=list)
    room: Room = field(default_factory=Room)

    def settle_here(self, within: Sequence[Subject]) -> int | None:
        """Return how many needs are told of no area within, where these are those next within it, settled already."""
        untold = [one.here for one in within if not one.here.told]
        self.here.exact += sum(one.exact for one in untold)
        told = self.here.settle(untold)
        self.pieces = [piece for one in within for piece in one.pieces if piece.told]
        self.pieces += [self.here] if told or untold else []
        return told

    def settled(self, *partitions: Sequence[Subject]) -> Row:
        """Return what is published, where each of these lists makes up the whole, or less of it."""
        self.room.taken.settle(*([one.room.taken for one in parts] for parts in partitions))
        needs = self.needs.settle(self.pieces, *([one.needs for one in parts] for parts in partitions))
        return {"organizations": self.organizations, "free_capacity": self.room.free(), "open_needs": needs}


NOTHING = Subject()
"""Stands for a subject of which there is nothing in an area."""


@dataclass(slots=True)
class Area:
    """Add up what there is in one area."""

    members: int = 0
    cooperation: int = 0
    families: Few = field(default_factory=Few)
    subjects: dict[str, Subject] = field(default_factory=dict)

    def of(self, subject: str) -> Subject:
        """Return what there is of a subject, to add to it."""
        return self.subjects.setdefault(subject, Subject())

    def known(self, subject: str) -> Subject:
        """Return what there is of a subject."""
        return self.subjects.get(subject, NOTHING)

    def settled(self, children: Sequence[Area], there: Sequence[Area]) -> Row:
        """Return what is published, where these are the areas next within it, settled already.

        ``there`` are the next that are published.
        """
        families = self.families.settle([child.families for child in children])
        codes = sorted(self.subjects.keys() - {ALL})
        known = {code: self._settled(code, children, there) for code in codes}
        whole = self.of(ALL).settled([child.known(ALL) for child in children], [self.known(one) for one in SUBJECTS])
        return {
            "organizations": whole["organizations"],
            "members": self.members,
            "international_cooperation": self.cooperation,
            "free_capacity": whole["free_capacity"],
            "families_in_care": families,
            "open_needs": whole["open_needs"],
            "open_needs_per_1000_families": _rate(whole["open_needs"], families),
            "by_subject": {code: one for code, one in known.items() if any(one.values()) or one["free_capacity"] == 0},
        }

    def _settled(self, code: str, children: Sequence[Area], there: Sequence[Area]) -> Row:
        subject = self.of(code)
        here = subject.settle_here([one.known(code) for one in there])
        return subject.settled([child.known(code) for child in children]) | {"open_needs_here": here}


def items(counted: dict[str, Any], day: str) -> list[Row]:
    """Return the figures of the areas that there are on a day, in the order of their codes.

    ``counted`` is what :meth:`.views.Coverage.count` found.
    """
    tree = {one["id"]: one for one in counted["areas"]}
    areas = {code: Area() for code in tree}
    published = {code for code, one in tree.items() if is_there(one, day)}
    counts = _Counts(tree, areas, published)
    counts.organizations(counted["organizations"])
    counts.taken(counted["taken"])
    counts.services(counted["services"])
    counts.families(counted["families"])
    counts.needs(counted["needs"])
    children: dict[str, list[Area]] = defaultdict(list)
    there: dict[str, list[Area]] = defaultdict(list)
    for code, area in areas.items():
        children[tree[code]["parent"]].append(area)
        if code in published:
            there[counts.innermost(counts.path(code)[:-1])].append(area)
    from_below = sorted(tree, key=lambda code: -len(tree[code]["path"]))
    settled = {code: areas[code].settled(children[code], there[code]) for code in from_below}
    return [_named(tree[code]) | settled[code] for code in sorted(published)]


class _Counts:
    """Put what was counted where it belongs: with an area, and every area that it lies within."""

    def __init__(self, tree: dict[str, Row], areas: dict[str, Area], published: set[str]) -> None:
        self._tree = tree
        self._areas = areas
        self._published = published

    def organizations(self, rows: Iterable[Row]) -> None:
        for row in rows:
            for area in self._within(row["areas"]):
                subject = area.of(row["subject"])
                subject.organizations += row["organizations"]
                if row["subject"] == ALL:
                    area.members += row["members"]
                    area.cooperation += row["cooperation"]
                else:
                    for room in (subject.room, area.of(ALL).room):
                        room.add_capability(row["stated"], row["places"])

    def taken(self, rows: Iterable[Row]) -> None:
        for row in rows:
            taken = min(row["taken"], _stated(row["capabilities"]).get(row["subject"], 0))
            for area in self._within(row["areas"]):
                area.of(row["subject"]).room.taken.exact += taken
                area.of(ALL).room.taken.exact += taken

    def services(self, rows: Iterable[Row]) -> None:
        for row in rows:
            subjects = set(row["subjects"]) - _stated(row["capabilities"]).keys()
            for area in self._within(row["areas"] if subjects else ()):
                for room in (*(area.of(one).room for one in subjects), area.of(ALL).room):
                    room.add(1, int(row["available"]))

    def families(self, rows: Iterable[Row]) -> None:
        for row in rows:
            for area in self._within([row["area"]]):
                area.families.exact += row["families"]

    def needs(self, rows: Iterable[Row]) -> None:
        for row in rows:
            for area in self._within([row["area"]]):
                area.of(row["subject"]).needs.exact += row["needs"]
                area.of(ALL).needs.exact += row["needs"]
            if here := self.innermost(self.path(row["area"])):
                self._areas[here].of(row["subject"]).here.exact += row["needs"]

    def innermost(self, path: Sequence[str]) -> str:
        """Return the last of a path that is published; empty where none is."""
        return next((code for code in reversed(path) if code in self._published), "")

    def path(self, code: str) -> tuple[str, ...]:
        """Return the areas from the country down to one; none where it is not known."""
        return (*self._tree[code]["path"][:-1], code) if code in self._tree else ()

    def _within(self, codes: Iterable[str]) -> Iterator[Area]:
        wanted = {above for code in codes for above in self.path(code)}
        return (self._areas[code] for code in wanted if code in self._areas)


def _stated(capabilities: Iterable[Row]) -> dict[str, int]:
    """Return what an organization says that it can do at once, by subject."""
    stated: dict[str, int] = {}
    for one in capabilities:
        if one["unit"] == FAMILIES and one["capacity"] is not None:
            stated[one["subject"]] = stated.get(one["subject"], 0) + one["capacity"]
    return stated


def _named(area: Row) -> Row:
    centre = area["centre"] and list(area["centre"])
    return {
        "area": area["id"],
        "parent": area["parent"] or None,
        "level": area["level"],
        "names": area["names"],
        "centre": centre,
    }


def _rate(needs: int | None, families: int | None) -> float | None:
    return round(1000 * needs / families, 1) if needs and families else None
