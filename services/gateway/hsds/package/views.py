"""Read the directory for a package: organizations in the order of their ids, and with each batch their services.

A record is read once at most, whatever changes meanwhile, and one that is there all the time is read. Services are
those of organizations that were read; what such a service names of its organization is looked up in what was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from threading import BoundedSemaphore

import orjson
from pymongo.database import Database

from services.gateway.directory.documents import facet
from services.gateway.hsds.package.archive import Batch, written
from services.gateway.hsds.package.tables import descriptor
from services.gateway.hsds.taxonomies import Json
from services.gateway.problems import Refused

AT_ONCE = 200
UNDER_WAY = 2  # packages that one process writes at once
RETRY_AFTER = 30  # seconds
BUSY = "Other packages are being written. Ask again a little later."
OF_ORGANIZATION = {
    "hsds_full": 1,
    "record.area": 1,
    "record.capabilities": 1,
    "record.locations.id": 1,
    "record.locations.area": 1,
}
OF_SERVICE = {"organization": 1, "hsds_full": 1, "hsds_at": 1}
OF_AREA = {"names": 1, "body": 1}


class Packages:
    """Write packages of the directory. Raises the database's own errors where it does not answer."""

    def __init__(self, database: Database[Json]) -> None:
        """Take the gateway's database."""
        self._organizations = database["directory_organizations"]
        self._services = database["directory_services"]
        self._areas = database["directory_areas"]
        self._places = BoundedSemaphore(UNDER_WAY)

    def written(self, node: str, public_url: str) -> Iterator[bytes]:
        """Give the package of all organizations that are shown, in pieces; refuse where others are under way."""
        if not self._places.acquire(blocking=False):
            raise Refused("unavailable", BUSY, Retry_After=str(RETRY_AFTER))
        try:
            most = self._organizations.estimated_document_count()
            yield from written(descriptor(node, public_url), self.batches(), self.areas, self._codes(), most=most)
        finally:
            self._places.release()

    def batches(self) -> Iterator[Batch]:
        """Give organizations with their services, some at once."""
        after = ""
        while found := self._after(after):
            after = found[-1]["_id"]
            shown = [one for one in found if one.get("hsds_full")]
            yield (
                [(orjson.loads(one["hsds_full"]), one["record"]) for one in shown],
                self._owned([one["_id"] for one in shown]),
            )

    def areas(self, codes: Iterable[str]) -> Mapping[str, Json]:
        """Return names and paths of areas, by their codes."""
        found = self._areas.find({"_id": {"$in": sorted(codes)}}, OF_AREA)
        return {one["_id"]: {"names": one["names"], "path": orjson.loads(one["body"])["path"]} for one in found}

    def _codes(self) -> Iterator[str]:
        return (one["_id"] for one in self._areas.find({}, {"_id": 1}))

    def _after(self, id_: str) -> list[Json]:
        wanted = {"_id": {"$gt": id_}, "facets": facet()}
        return list(self._organizations.find(wanted, OF_ORGANIZATION).sort("_id", 1).hint("_id_").limit(AT_ONCE))

    def _owned(self, ids: list[str]) -> Iterator[tuple[str, Json, list[Json]]]:
        found = self._services.find({"organization": {"$in": ids}}, OF_SERVICE, batch_size=AT_ONCE)
        with found.sort("organization", 1).hint("organization") as services:
            for one in services:
                if one.get("hsds_full"):
                    places = [orjson.loads(at["full"]) for at in one["hsds_at"]]
                    yield one["organization"], orjson.loads(one["hsds_full"]), places
