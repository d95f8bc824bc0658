"""Shape what the directory keeps of a service at each of its places, so that HSDS's list of them is one of documents.

::

    {"_id":  the service's id and that of the service at location,
     "at", "service", "organization", "location":  ids,
     "flat", "full":  as JSON, without service and place,
     "modified":  when the service or its place was changed last, whichever is later,
     "facets", "terms", "sort", "cell":  what the service is found by, in the areas of this place only, and by its
                                         postal codes, which stand as areas do,
     "places":  where it is, if somebody has found it}
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

from services.gateway.directory.documents import ANY, facet
from services.gateway.directory.services.documents import owned_by

Json = dict[str, Any]

SHARED = ("organization", "terms", "sort", "cell")


def spread(service: Json) -> list[Json]:
    """Return the documents of the places of a service, from the service's own; none where it is found by nothing."""
    return [_spread(service, one) for one in service.get("hsds_at", [])]


def _spread(service: Json, one: Json) -> Json:
    areas = {ANY, owned_by(service["organization"]), *one["areas"]}
    point = one["point"]
    return {
        "_id": f"{service['_id']}/{one['id']}",
        "at": one["id"],
        "service": service["_id"],
        "location": one["location"],
        **{name: service[name] for name in SHARED},
        "modified": max(service["modified"], one.get("moved", service["modified"])),
        "facets": _facets(service["facets"], areas, one.get("postal", ())),
        "places": [{"point": {"type": "Point", "coordinates": point}}] if point else [],
        "flat": one["flat"],
        "full": one["full"],
    }


def _facets(keys: Iterable[str], areas: set[str], postal: Iterable[str]) -> list[str]:
    parted = [key.partition("|") for key in keys]
    subjects = [subject for subject, _, area in parted if area == ANY]
    here = [facet(subject, area) for subject, _, area in parted if area in areas]
    return here + [facet(subject, code) for subject, code in product(subjects, postal)]
