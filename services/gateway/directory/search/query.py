"""Turn a search of the directory into the conditions of a query, so that each one is answered from an index.

=================  ==========================================================================================
what is asked      index
=================  ==========================================================================================
subject, area      ``facets``: one key says both, so organizations of a subject in an area are one range of it
words              ``words``: each must begin a word of the organization's, in any spelling. The rarest of them leads:
                   its part of the index is read in order, until a page is full
near               ``cell`` and ``further``, see :mod:`.nearby`; where more is asked, or a page on, ``places``: nearest
                   first, 2dsphere; ``words`` where one of them is rare
members            ``members``: how many an organization has
capacity           ``offers``: one key says subject or term and number of families, so what is enough is a range of it
network            ``belongs``: what an organization is a part or a member of
open now           ``open``: the hours of the week, see :mod:`services.gateway.directory.hours`; then the schedules
box                ``cell``: a box is a few ranges of it, see :mod:`services.gateway.directory.grid`; the positions
                   beside the cells tell what lies in it
nothing            ``facets``: the key of any subject in any area
=================  ==========================================================================================

Where one of these leaves few organizations it leads, and the others narrow what it finds. Type and international
cooperation only narrow; they stand in the ``facets`` index too.

What is found by words is in the order of the word that was found: who bears the very word that was sought comes before
who bears a longer one. Among those who bear one word the oldest record comes first, and not the first name: names
begin alike where words are alike, so the second word sought would often stand at the end of what the first one finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from typing import Any

from contracts.text import fold
from services.gateway.directory import hours
from services.gateway.directory.documents import ANY, facet, offer
from services.gateway.directory.grid import Box, Range, cover
from services.gateway.directory.search.cursors import Place

WORDS_MOST = 8
EARTH_M = 6_378_100.0  # metres: the radius by which the database measures
LAST = "\U0010ffff"  # no word begins with it, and each is before it
SLACK_M = 0.001  # metres by which two ways to measure may differ


@dataclass(frozen=True, slots=True)
class Near:
    """Ask for what lies within ``within`` metres of a point (degrees, WGS 84), nearest first."""

    latitude: float
    longitude: float
    within: float

    @property
    def point(self) -> dict[str, Any]:
        """Return the point in GeoJSON."""
        return {"type": "Point", "coordinates": [self.longitude, self.latitude]}


@dataclass(frozen=True, slots=True)
class Search:
    """Hold what is asked of the directory; what is empty or None does not narrow.

    ``open_at`` is a moment of the node's own clock.
    """

    q: str = ""
    subject: str | None = None
    area: str = ""
    organization_type: str | None = None
    international_cooperation: bool | None = None
    min_members: int | None = None
    min_capacity: int | None = None
    member_of: str = ""
    open_at: datetime | None = None
    bbox: Box | None = None
    near: Near | None = None
    limit: int = 50
    cursor: str = ""

    @property
    def words(self) -> list[str]:
        """Return the words of what is sought, as they are compared."""
        return fold(self.q).split()[:WORDS_MOST]

    @property
    def within(self) -> str:
        """Return what stands for an area in the key."""
        return self.area

    @property
    def facet(self) -> str:
        """Return the key of subject and area."""
        return facet(self.subject or ANY, self.within or ANY)

    @property
    def narrowing(self) -> dict[str, dict[str, Any]]:
        """Return the conditions that an index of their own answers, by its name."""
        found: dict[str, dict[str, Any]] = {}
        if self.min_members is not None:
            found["members"] = {"record.members_count": {"$gte": self.min_members}}
        if self.min_capacity is not None:
            found["offers"] = enough(self.subject or ANY, self.min_capacity)
        if self.member_of:
            found["belongs"] = {"belongs": self.member_of}
        if self.open_at is not None:
            found["open"] = hours.at(self.open_at)
        if self.bbox is not None:
            found["cell"] = {"$or": [{"cell": _range(*one), **inside} for one, inside in cells(self.bbox)]}
        return found

    def conditions(self, words: Sequence[str] | None = None) -> dict[str, Any]:
        """Return the query's conditions, without order and place. ``words`` stand for its own where they are given.

        Whether a schedule is open is still to be told of what they find: see :meth:`holds`.
        """
        words = self.words if words is None else words
        narrowing = [*({"terms": beginning(word)} for word in words), *self.narrowing.values()]
        exact = {
            "organization_type": self.organization_type,
            "international_cooperation": self.international_cooperation,
        }
        return {
            "facets": self.facet,
            **{field: wanted for field, wanted in exact.items() if wanted is not None},
            **({"$and": narrowing} if narrowing else {}),
        }

    def holds(self, one: dict[str, Any]) -> bool:
        """Tell whether what the conditions found is open, where that is asked."""
        return self.open_at is None or hours.is_open(one.get("hours", ()), self.open_at)


def beginning(word: str) -> dict[str, Any]:
    """Return what finds organizations that have a word which begins so."""
    return {"$elemMatch": {"$gte": word, "$lt": word + LAST}}


def beginning_key(word: str) -> dict[str, str]:
    """Return what finds such a word in the index alone, for counting; Python's own patterns ask for more than that."""
    return {"$regex": f"^{re.escape(word)}"}


def in_box(box: Box) -> dict[str, Any]:
    """Return the condition for a position in a box, or on its edge."""
    parts = [_inside(part) for part in box.parts()]
    return parts[0] if len(parts) == 1 else {"$or": parts}


def cells(box: Box) -> list[tuple[Range, dict[str, Any]]]:
    """Return ranges of cells that hold a box, each with the condition for a position to lie in the box.

    The index of cells has positions too, so of what lies beside the box its keys alone are read.
    """
    return [(one, _inside(part)) for part in box.parts() for one in cover(part)]


def _range(first: int, end: int) -> dict[str, int]:
    return {"$gte": first, "$lt": end}


def _inside(part: Box) -> dict[str, Any]:
    return {
        "position.longitude": {"$gte": part.west, "$lte": part.east},
        "position.latitude": {"$gte": part.south, "$lte": part.north},
    }


def enough(code: str, families: int) -> dict[str, Any]:
    """Return what finds organizations that can do something for so many families."""
    return {"offers": {"$elemMatch": {"$gte": offer(code, families), "$lt": f"{code}|{LAST}"}}}


def after_name(place: Place) -> dict[str, Any]:
    """Return the conditions for what comes after a place in the order of names."""
    name, id_ = place
    return {"sort": {"$gte": name}, "$or": [{"sort": {"$gt": name}}, {"_id": {"$gt": id_}}]}


def first_term(terms: Iterable[str], word: str) -> str:
    """Return the first of the terms that a word begins, in the order of the index: that is where it is found."""
    return min(term for term in terms if term.startswith(word))


def around(near: Near, from_m: float, to_m: float) -> dict[str, Any]:
    """Return the condition for what has a place between two distances (metres), which puts the nearest first."""
    return {"places.point": {"$nearSphere": {"$geometry": near.point, "$minDistance": from_m, "$maxDistance": to_m}}}


def distance(near: Near, places: Iterable[dict[str, Any]]) -> float:
    """Return how many metres the nearest of the places is away, over a sphere."""
    return min(metres(near, *place["point"]["coordinates"]) for place in places)


def metres(near: Near, longitude: float, latitude: float) -> float:
    """Return how many metres a point is away, by the haversine formula."""
    here, there = radians(near.latitude), radians(latitude)
    across = sin(radians(longitude - near.longitude) / 2) ** 2
    half = sin((there - here) / 2) ** 2 + cos(here) * cos(there) * across
    return 2 * EARTH_M * asin(sqrt(min(1.0, half)))
