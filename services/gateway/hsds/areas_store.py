"""Read the areas that organizations and their places are in: HSDS names them in addresses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from pymongo.database import Database

from services.gateway.directory.whereabouts import everywhere
from services.gateway.hsds.places import Areas

Json = dict[str, Any]


class AreaRecords:
    """Read areas of the directory."""

    def __init__(self, database: Database[Json]) -> None:
        """Take the gateway's database."""
        self._areas = database["directory_areas"]

    def known(self, codes: Iterable[str]) -> Areas:
        """Return the areas of some codes."""
        found = self._areas.find({"_id": {"$in": sorted(codes)}}, {"body": 1})
        return {one["_id"]: orjson.loads(one["body"]) for one in found}

    def of(self, records: Iterable[Json]) -> Areas:
        """Return the areas that some organizations are in, and those above them, by their codes: by two queries."""
        found: dict[str, Json] = {}
        asked: set[str] = set()
        wanted = {code for record in records for code in everywhere(record)}
        while wanted:
            found |= self.known(wanted)
            asked |= wanted
            wanted = {code for area in found.values() for code in area["path"]} - asked
        return found
