"""Turn a search of the directory into the conditions of a query, so that each one is answered from an index.

=================  ==========================================================================================
what is asked      index
=================  ==========================================================================================
subject, area      ``facets``: one key says both, so organizations of a subject in an area are one range of it
words              ``terms``: each word must begin a word of the organization's, in any spelling; ``facets`` where
                   all of them are common, so that a page is full soon
near               ``places``: nearest first, 2dsphere
nothing            ``facets``: the key of any subject in any area
=================  ==========================================================================================

Type and international cooperation narrow what is found; they stand in the ``facets`` index too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts.text import fold
from services.gateway.directory.cursors import Place
from services.gateway.directory.documents import ANY, facet

WORDS_MOST = 8


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
    """Hold what is asked of the directory; what is empty or None does not narrow."""

    q: str = ""
    subject: str | None = None
    area: str = ""
    organization_type: str | None = None
    international_cooperation: bool | None = None
    near: Near | None = None
    limit: int = 50
    cursor: str = ""

    @property
    def words(self) -> list[str]:
        """Return the words of what is sought, as they are compared."""
        return fold(self.q).split()[:WORDS_MOST]

    def conditions(self, words: Sequence[str] = ()) -> dict[str, Any]:
        """Return the query's conditions, without order and place. ``words`` are its words in another order."""
        words = words or self.words
        exact = {
            "organization_type": self.organization_type,
            "international_cooperation": self.international_cooperation,
        }
        return {
            "facets": facet(self.subject or ANY, self.area or ANY),
            **{field: wanted for field, wanted in exact.items() if wanted is not None},
            **({"$and": [{"terms": beginning(word)} for word in words]} if words else {}),
        }


def beginning(word: str) -> dict[str, str]:
    """Return what finds a word's beginning by a range of an index; Python's own patterns ask for more than that."""
    return {"$regex": f"^{re.escape(word)}"}


def after_name(place: Place) -> dict[str, Any]:
    """Return the conditions for what comes after a place in the order of names."""
    name, id_ = place
    return {"sort": {"$gte": name}, "$or": [{"sort": {"$gt": name}}, {"_id": {"$gt": id_}}]}


def after_distance(place: Place) -> dict[str, Any]:
    """Return the conditions for what comes after a place in the order of distances."""
    distance, id_ = place
    return {"$or": [{"distance": {"$gt": distance}}, {"distance": distance, "_id": {"$gt": id_}}]}
