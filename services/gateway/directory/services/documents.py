"""Shape the directory's services: what a page, a map and a search need, ready to be sent.

::

    {"_id", "version", "removed", "applied_at", "heard_at":  as an organization's, see :mod:`..documents`; but
                      each page of a rebuild writes the last,
     "record":        the public record, to render again from,
     "organization":  whose it is,
     "body", "etag":  the answer to GET /services/{id}, as bytes, and its strong validator,
     "item":          its feature for OGC API - Features, as bytes, empty where it is not listed,
     "modified":      when the record was changed,
     "hsds", "hsds_full", "hsds_at", "hsds_program":  what HSDS says of it, see :mod:`services.gateway.hsds.services`,
     "position", "cell", "further", "places":  where it is given: at those of the organization's places that are
                              located, the first of them as position and cell of the :mod:`grid`, the others' cells
                              beside; the cell of nowhere where none is
     "own":           the terms of the node's own that it bears, and those above them,
     "facets", "terms", "sort", "status":  what it is found by,
     "hours", "open":  when it is open, see :mod:`..hours`; neither where nobody has said}

A service is found while its organization is active and it is active itself, or closed for a time. Else it is read by
its id, with no cell, and found by nothing. A tombstone keeps the version only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import product
from typing import Any

import orjson

from contracts.registry import Service
from contracts.subjects import lineage
from contracts.text import fold
from services.gateway.directory import hours
from services.gateway.directory.documents import ANY, SOME, SORT_LENGTH, facet, further, terms
from services.gateway.directory.grid import NOWHERE, cell, position
from services.gateway.directory.whereabouts import areas_of
from services.gateway.hsds import foreign
from services.gateway.hsds import services as hsds
from services.gateway.hsds.places import postal_codes
from services.gateway.ogc import features
from services.gateway.tags import etag

Record = dict[str, Any]

LISTED = ("active", "temporarily closed")
RECORD_FIELDS = tuple(Service().fields)
BEFORE: Record = {"terms": []}
"""What a record lacks that was published before there was such a field."""


def service(record: Record, home: Record | None, *, version: int, now: datetime) -> Record:
    """Return the document of a service from its public record, and its organization's; None where nobody knows that."""
    known = {**BEFORE, **record}
    kept = {field: known[field] for field in RECORD_FIELDS}
    body = orjson.dumps(kept, option=orjson.OPT_UTC_Z)
    listed = home is not None and home["status"] == "active" and kept["status"] in LISTED
    return {
        "_id": kept["id"],
        "version": version,
        "applied_at": now,
        "heard_at": now,
        "removed": False,
        "record": kept,
        "organization": kept["organization_id"],
        "body": body,
        "etag": etag(version, body),
        "modified": datetime.fromisoformat(kept["last_modified"]),
        "sort": fold(kept["name"])[:SORT_LENGTH],
        "status": kept["status"],
        **hours.kept(hours.of_service(kept)),
        **(_found_by(kept, home) | hsds.document(kept, home) if listed and home else HIDDEN | hsds.UNSEEN),
    }


HIDDEN: Record = {"item": b"", "facets": [], "terms": [], "places": [], "position": None, "cell": None}


def owned_by(organization_id: str) -> str:
    """Return what stands in a facet's place of an area for services of one organization."""
    return f"@{organization_id}"


def borne(home: Record | None) -> Any:
    """Return what of an organization its services show, to tell whether they are to be rendered again."""
    if home is None:
        return None
    return home["status"], [_shown(place, home) for place in home["locations"]]


def _shown(place: Record, home: Record) -> tuple[Any, ...]:
    told = (place["id"], *_where(place), place.get("last_modified", ""))
    return (*told, tuple(areas_of(place, home)), *postal_codes(place))


def _found_by(record: Record, home: Record) -> Record:
    places = list(_places(record, home))
    points = [list(_where(place)) for place in places if None not in _where(place)]
    codes = {above for code in (*record["subjects"], *record["terms"]) for above in lineage(code)}
    subjects = {ANY, *codes, *([SOME] if codes else []), *foreign.borne(record)}
    beyond = (code for place in places for code in areas_of(place, home))
    areas = {ANY, owned_by(record["organization_id"]), *record["areas"], *beyond}
    return {
        "facets": sorted(facet(subject, area) for subject, area in product(subjects, areas)),
        "terms": terms(record),
        "places": [{"point": {"type": "Point", "coordinates": point}} for point in points],
        "position": position(*points[0]) if points else None,
        "cell": cell(*points[0]) if points else NOWHERE,
        **further(points),
        **features.of_service(record, points[0] if points else None),
    }


def _places(record: Record, home: Record) -> Iterator[Record]:
    """Yield the organization's places that a service is given at, in the service's order."""
    known = {place["id"]: place for place in home["locations"]}
    ids = (one["location_id"] for one in record["service_at_locations"])
    return (known[id_] for id_ in ids if id_ in known)


def _where(place: Record) -> tuple[float | None, float | None]:
    if place["latitude"] is None or place["longitude"] is None:
        return None, None
    return place["longitude"], place["latitude"]
