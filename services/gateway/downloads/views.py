"""Read what files and pages are made of: public records as they come, areas' names, and what a sitemap lists."""

from __future__ import annotations

from collections.abc import Collection, Generator
from datetime import datetime
from typing import Any

import orjson
from pymongo.database import Database
from pymongo.errors import ExecutionTimeout

from chassis.bounded import LONGEST_MS, WHOLE_MS, Bounded
from services.gateway.directory.documents import facet
from services.gateway.directory.search.query import Search
from services.gateway.directory.search.views import BY_NAME, Finder, Pages

BATCH = 500  # records read at once
COUNTING_MS = 300
LISTED = {"_id": 1, "modified": 1}
RECORD = {"_id": 0, "body": 1, "hours": 1}

Json = dict[str, Any]


class Downloads:
    """Read the public directory from its beginning to its end."""

    def __init__(self, database: Database[Json], pages: Pages) -> None:
        """Take the gateway's database, and what finds pages of organizations."""
        self._organizations = database["directory_organizations"]
        self._areas = database["directory_areas"]
        self._pages = pages

    def records(self, search: Search) -> Generator[Json, None, None]:
        """Give all that a search finds, each as its public record: by name, or in no order where words are sought."""
        self._pages.begin(search)
        organizations = Bounded(self._organizations, WHOLE_MS)
        finder = Finder(organizations)
        words = finder.by_rarity(search.words)
        index = finder.narrowest(search) or ("words" if words else "facets")
        found = organizations.find(search.conditions(words), RECORD, hint=index, batch_size=BATCH)
        with found if words else found.sort(BY_NAME) as matching:
            for one in matching:
                if search.holds(one):
                    yield orjson.loads(one["body"])

    def areas(self, codes: Collection[str] | None = None) -> dict[str, Json]:
        """Return the names and level of every area, or of those of some codes, by its code."""
        wanted = {} if codes is None else {"_id": {"$in": list(codes)}}
        areas = Bounded(self._areas, LONGEST_MS).find(wanted, {"names": 1, "level": 1})
        return {one["_id"]: one for one in areas}

    def areas_to_choose(self, levels: Collection[str], codes: Collection[str], day: str) -> dict[str, Json]:
        """Return the areas of some levels on a day, as ``offered``, and names and level of some codes besides."""
        areas, shown = Bounded(self._areas, LONGEST_MS), {"body": 1}
        ended = {"$gt": "", "$lt": day}
        there = {"valid_from": {"$not": {"$gt": day}}, "valid_to": {"$not": ended}}
        of_levels = areas.find({"level": {"$in": list(levels)}, **there}, shown, hint="level")
        return self.areas(codes) | {one["_id"]: {**orjson.loads(one["body"]), "offered": True} for one in of_levels}

    def how_many(self, search: Search, most: int) -> int | None:
        """Return how many a search finds: ``most`` and one where there are more; None where counting takes long."""
        try:
            return self._organizations.count_documents(search.conditions(), limit=most + 1, maxTimeMS=COUNTING_MS)
        except ExecutionTimeout:
            return None

    def count(self) -> int:
        """Return how many organizations have a page that search engines are told of."""
        return Bounded(self._organizations, LONGEST_MS).count_documents({"facets": facet()}, hint="facets")

    def listed(self, skip: int, limit: int) -> Generator[tuple[str, datetime], None, None]:
        """Give the ids of some of those, and when each was changed, in the order of their names."""
        organizations = Bounded(self._organizations, WHOLE_MS)
        found = organizations.find({"facets": facet()}, LISTED, batch_size=BATCH).sort(BY_NAME)
        with found.hint("facets").skip(skip).limit(limit) as matching:
            for one in matching:
                yield one["_id"], one["modified"]
