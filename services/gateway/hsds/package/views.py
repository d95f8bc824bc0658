"""Read the directory for a package: organizations in the order of their ids, and with each batch their services.

A record is read once at most, whatever changes meanwhile, and one that is there all the time is read. Services are
those of organizations that were read; what such a service names of its organization is looked up in what was read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock

import orjson
from pymongo.database import Database

from services.gateway.directory.documents import facet
from services.gateway.hsds import organizations
from services.gateway.hsds.areas_store import AreaRecords
from services.gateway.hsds.own.views import OwnTerms
from services.gateway.hsds.package.archive import Batch, written
from services.gateway.hsds.package.tables import descriptor
from services.gateway.hsds.taxonomies import Json
from services.gateway.problems import Refused

AT_ONCE, BYTES_AT_ONCE = 200, 500_000
"""Organizations that are read at once, and bytes of them from which on they are fewer."""
FEW = 50
"""Records that the database gives at once."""
UNDER_WAY = 4  # packages that one process writes at once, one for an address: one who reads slowly holds up no other
RETRY_AFTER = 30  # seconds
BUSY = "Other packages are being written. Ask again a little later."
OF_ORGANIZATION = {"hsds": 1, "record": 1, "size": {"$bsonSize": "$record"}}
OF_SERVICE = {"organization": 1, "hsds_full": 1, "hsds_at": 1}


class Packages:
    """Write packages of the directory. Raises the database's own errors where it does not answer."""

    def __init__(self, database: Database[Json]) -> None:
        """Take the gateway's database."""
        self._organizations = database["directory_organizations"]
        self._services = database["directory_services"]
        self._areas = database["directory_areas"]
        self._area_records = AreaRecords(database)
        self._own = OwnTerms(database)
        self._under_way: set[str] = set()
        self._lock = Lock()

    def written(self, node: str, public_url: str, address: str = "") -> Iterator[bytes]:
        """Give the package of all organizations that are shown, in pieces; refuse where others are under way.

        ``address`` is the reader's, who is given one at a time.
        """
        with self._place(address):
            most = self._organizations.estimated_document_count()
            own = self._own.all(offered=False)
            head = descriptor(node, public_url)
            yield from written(head, self.batches(), self.areas, self._codes(), own=own, most=most)

    @contextmanager
    def _place(self, address: str) -> Iterator[None]:
        with self._lock:
            if address in self._under_way or len(self._under_way) >= UNDER_WAY:
                raise Refused("unavailable", BUSY, Retry_After=str(RETRY_AFTER))
            self._under_way.add(address)
        try:
            yield
        finally:
            with self._lock:
                self._under_way.discard(address)

    def batches(self) -> Iterator[Batch]:
        """Give organizations with their services, some at once."""
        after = ""
        while found := self._after(after):
            after = found[-1]["_id"]
            shown = {one["_id"]: one["record"] for one in found if one.get("hsds")}
            areas = self._area_records.of(shown.values())
            yield (
                [(orjson.loads(organizations.rendered(one, areas)), one) for one in shown.values()],
                self._owned(list(shown)),
            )

    def areas(self, codes: Iterable[str]) -> Mapping[str, Json]:
        """Return areas, by their codes."""
        return self._area_records.known(codes)

    def _codes(self) -> Iterator[str]:
        return (one["_id"] for one in self._areas.find({}, {"_id": 1}))

    def _after(self, id_: str) -> list[Json]:
        wanted = {"_id": {"$gt": id_}, "facets": facet()}
        found: list[Json] = []
        size = 0
        with self._organizations.find(wanted, OF_ORGANIZATION, batch_size=FEW).sort("_id", 1).hint("_id_") as coming:
            for one in coming:
                found.append(one)
                size += one["size"]
                if len(found) == AT_ONCE or size > BYTES_AT_ONCE:
                    break
        return found

    def _owned(self, ids: list[str]) -> Iterator[tuple[str, Json, list[Json]]]:
        found = self._services.find({"organization": {"$in": ids}}, OF_SERVICE, batch_size=FEW)
        with found.sort("organization", 1).hint("organization") as services:
            for one in services:
                if one.get("hsds_full"):
                    places = [orjson.loads(at["full"]) for at in one["hsds_at"]]
                    yield one["organization"], orjson.loads(one["hsds_full"]), places
