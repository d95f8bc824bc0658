"""Write services at locations, in the transaction that writes the services themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo import GEOSPHERE, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from chassis.database import Indexes
from services.gateway.hsds.at_locations import spread

INDEXES: Indexes = {
    "directory_service_locations": (
        IndexModel([("facets", 1), ("sort", 1), ("_id", 1)], name="facets"),
        IndexModel([("terms", 1), ("_id", 1)], name="words"),
        IndexModel([("places.point", GEOSPHERE)], name="places"),
        IndexModel([("modified", 1), ("_id", 1)], name="modified"),
        IndexModel([("service", 1)], name="service"),
        IndexModel([("at", 1)], name="at"),
    ),
}


class AtLocations:
    """Write services at locations."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        """Take the gateway's database."""
        self._locations = database["directory_service_locations"]

    def follow(self, services: Mapping[str, dict[str, Any]], session: ClientSession) -> None:
        """Put what these documents of services say in the place of what stands of them."""
        if not services:
            return
        self._locations.delete_many({"service": {"$in": list(services)}}, session=session)
        if written := [one for service in services.values() for one in spread(service)]:
            self._locations.insert_many(written, ordered=False, session=session)
