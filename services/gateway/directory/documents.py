"""Shape the directory's documents: what a page, the map and a search need, ready to be sent.

An organization's answer is rendered when an event changes it, not when somebody reads it::

    {"_id", "version", "removed",
     "applied_at":  when its record was written last,
     "heard_at":    when its owner told of it last by an event, or by a page that wrote the record,
     "record":   the public record, to render again from,
     "accepted", "completed":  referrals of this agency, exact; never shown as they are,
     "body", "etag":           the answer to GET /organizations/{id}, as bytes, and its strong validator,
     "feature":                its GeoJSON feature for the map, as bytes, empty where no place of it is located,
     "hsds":                   what HSDS's lists say of it, as bytes, empty where it is not active,
     "position", "cell":      where its first place is, and the :mod:`grid`'s cell; None and the cell of nowhere where
                              no place is located, and None twice where it is not active,
     "item", "modified":      its feature for OGC API - Features, as bytes, and when the record was changed,
     "own":                   the terms of the node's own that it bears, and those above them,
     "facets", "terms", "sort", "places", "organization_type", "international_cooperation":  what it is found by,
     "offers":                for how many families it can do something, by subject and term: see :func:`offers`,
     "belongs":               ids of the organizations that it is a part or a member of,
     "hours", "open":         when its services are open, see :mod:`.hours`; their store keeps it,
     "further":              the cells of its other places: see :func:`further`}

The last five stand where there is something to say only, so their indexes hold nothing of the others.

An organization that is not active is read by its id and found by nothing. A tombstone keeps the version only.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import Any

import orjson

from contracts.registry import Area, Organization
from contracts.subjects import borne, lineage
from contracts.text import fold
from services.gateway.directory.grid import NOWHERE, cell, position
from services.gateway.directory.whereabouts import everywhere
from services.gateway.hsds import foreign, taxonomies
from services.gateway.hsds import organizations as hsds
from services.gateway.ogc import features
from services.gateway.tags import etag

ANY, SOME = "*", "+"
FEW = 5
"""Counts below this are not published: they could tell of one family."""
AT_WORK = ("accepted", "in_progress")
"""Statuses of a referral that takes of its agency's capacity."""
TERMS_MOST = 200
FAMILIES = "families"
SORT_LENGTH = 100
ARTICLE, ARTICLE_WORD_LEAST = "ال", 4
TOMBSTONE_DAYS = 90
RECORD_FIELDS = tuple(Organization().fields)
BEFORE: dict[str, Any] = {"attributes": []}
"""What a record lacks that was published before there was such a field."""
AREA_FIELDS = tuple(Area().fields)


def organization(
    record: dict[str, Any],
    *,
    version: int,
    accepted: int,
    completed: int,
    now: datetime,
    told: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the document of an organization from its public record and the referrals it took on.

    ``told`` is what :func:`of_record` says of the record, where that is known already.
    """
    told = told or of_record(record)
    activity = {"referrals_accepted": published(accepted), "referrals_completed": published(completed)}
    body = orjson.dumps({**told["record"], "activity": activity}, option=orjson.OPT_UTC_Z)
    return {
        **told,
        "version": version,
        "applied_at": now,
        "heard_at": now,
        "accepted": accepted,
        "completed": completed,
        "body": body,
        "etag": etag(version, body),
    }


def of_record(record: dict[str, Any]) -> dict[str, Any]:
    """Return what of an organization's document its record alone tells: all but version, moments, counts and answer."""
    known = {**BEFORE, **record}
    kept = {field: known[field] for field in RECORD_FIELDS}
    listed = kept["status"] == "active"
    point = next(iter(_points(kept)), None) if listed else None
    return {
        "_id": kept["id"],
        "removed": False,
        "record": kept,
        "feature": _feature(kept) if listed else b"",
        "hsds": orjson.dumps(hsds.flat(kept)) if listed else b"",
        "facets": facets(kept) if listed else [],
        "terms": terms(kept) if listed else [],
        "sort": fold(kept["name"])[:SORT_LENGTH],
        "organization_type": kept["organization_type"],
        "international_cooperation": kept["international_cooperation"],
        "places": [{"point": _point(place)} for place in _located(kept)] if listed else [],
        "position": point and position(*point),
        "cell": (cell(*point) if point else NOWHERE) if listed else None,
        **(features.of_organization(kept, point) | _narrowed(kept) | further(_points(kept)) if listed else {}),
    }


def placeholder(id: str, *, accepted: int, completed: int, now: datetime) -> dict[str, Any]:  # noqa: A002
    """Return what stands for an agency whose referrals came before its record: found by nothing, read by nobody."""
    return {
        "_id": id,
        "version": 0,
        "applied_at": now,
        "heard_at": now,
        "removed": False,
        "record": None,
        "accepted": accepted,
        "completed": completed,
        "facets": [],
    }


def tombstone(id: str, *, version: int, now: datetime) -> dict[str, Any]:  # noqa: A002 - the field's name
    """Return what stays of a record that was removed, long enough to outlive any late event about it."""
    return {
        "_id": id,
        "version": version,
        "applied_at": now,
        "heard_at": now,
        "removed": True,
        "facets": [],
        "expires": now + timedelta(days=TOMBSTONE_DAYS),
    }


def area(record: dict[str, Any], *, version: int, now: datetime) -> dict[str, Any]:
    """Return the document of an area: its record without the outline, and its outline as a GeoJSON feature."""
    kept = {field: record[field] for field in AREA_FIELDS}
    summary = {field: value for field, value in kept.items() if field != "outline"}
    outline = features.several(kept["outline"])
    feature = {"type": "Feature", "id": kept["id"], "geometry": outline, "properties": summary}
    return {
        "_id": kept["id"],
        "version": version,
        "applied_at": now,
        "heard_at": now,
        "names": kept["names"],
        "level": kept["level"],
        "body": orjson.dumps(summary),
        "feature": orjson.dumps(feature) if kept["outline"] else b"",
        **features.of_area(kept),
    }


def term(record: dict[str, Any], *, version: int, now: datetime) -> dict[str, Any]:
    """Return the document of a term of the node's own: its names, and the ids by which HSDS knows it."""
    return {
        "_id": record["id"],
        "version": version,
        "applied_at": now,
        "heard_at": now,
        "names": record["names"],
        "retired": record["retired"],
        "ids": taxonomies.ids(record["id"]),
    }


def referral(state: dict[str, Any], *, version: int, now: datetime) -> dict[str, Any]:
    """Return what the directory keeps of a referral: whose it is, on what subject, and how far it came."""
    return {
        "_id": state["id"],
        "version": version,
        "applied_at": now,
        "heard_at": now,
        "organization": state["organization"],
        "subject": state["subject"],
        "accepted": state["accepted_at"] is not None,
        "at_work": state["status"] in AT_WORK,
        "completed": state["status"] == "completed",
    }


def published(count: int) -> int | None:
    """Return the count rounded down to fives, so that two readings tell of no single family; None where it is few."""
    return count // FEW * FEW or None


def facet(subject: str = ANY, area: str = ANY) -> str:
    """Return the key under which organizations of a subject and an area are found.

    :data:`ANY` leaves one open; :data:`SOME` in place of a subject is for those that have any subject at all.
    """
    return f"{subject}|{area}"


def facets(record: dict[str, Any]) -> list[str]:
    """Return every key that an organization is found under: each subject or any, with each of its areas or any.

    It is in the areas above it, and in those above each place of it.

    A term of the node's own stands as a subject does, and so do those above it. Another's term stands with any area
    alone: only HSDS's lists ask for it.
    """
    subjects = {ANY, *(code for one in record["capabilities"] for code in met(one))}
    areas = {ANY, *everywhere(record)}
    alone = {facet(one) for one in (*foreign.borne(record), *([SOME] if record["capabilities"] else []))}
    return sorted({facet(subject, area) for subject, area in product(subjects, areas)} | alone)


def terms(record: dict[str, Any]) -> list[str]:
    """Return the folded words that an organization is found by, those of its name first; at most :data:`TERMS_MOST`."""
    text = " ".join((record["name"], record["alternate_name"], record["description"]))
    words: dict[str, None] = {}
    for word in fold(text).split():
        words[word] = None
        if word.startswith(ARTICLE) and len(word) >= ARTICLE_WORD_LEAST:  # which people leave out when they search
            words[word.removeprefix(ARTICLE)] = None
    return list(words)[:TERMS_MOST]


def met(capability: dict[str, Any]) -> set[str]:
    """Return the codes that a capability is found by: its subject, its terms, and those above them."""
    return {above for code in (capability["subject"], *borne([capability])) for above in lineage(code)}


def offers(record: dict[str, Any]) -> list[str]:
    """Return a key for each code of a capability that is counted in families, and for the greatest of these.

    See :func:`offer`. A term bears the capacity of its capability: nobody states one of a term alone.
    """
    counted = [
        (code, one["capacity"])
        for one in record["capabilities"]
        if one["unit"] == FAMILIES and one["capacity"] is not None
        for code in met(one)
    ]
    greatest = [(ANY, max(capacity for _, capacity in counted))] if counted else []
    return sorted({offer(subject, capacity) for subject, capacity in (*greatest, *counted)})


def offer(subject: str, capacity: int) -> str:
    """Return the key of a capacity for a subject, a term or :data:`ANY`; keys of one code are in the order of it."""
    return f"{subject}|{capacity:08}"


def further(points: list[list[float]]) -> dict[str, list[int]]:
    """Return the cells of all points but the first, where they are others than its."""
    if not points[1:]:  # as of most: there is nothing to compare
        return {}
    first, *others = [cell(*point) for point in points]
    found = sorted({*others} - {first})
    return {"further": found} if found else {}


def _narrowed(record: dict[str, Any]) -> dict[str, Any]:
    belongs = sorted({record["parent_organization_id"], *record["member_of"]} - {""})
    return {name: keys for name, keys in (("offers", offers(record)), ("belongs", belongs)) if keys}


def _feature(record: dict[str, Any]) -> bytes:
    place = next(iter(_located(record)), None)
    if place is None:
        return b""
    properties = {
        "id": record["id"],
        "name": record["name"],
        "organization_type": record["organization_type"],
        "subjects": [capability["subject"] for capability in record["capabilities"]],
        "terms": borne(record["capabilities"]),
        "international_cooperation": record["international_cooperation"],
        "area": record["area"],
    }
    return orjson.dumps({"type": "Feature", "id": record["id"], "geometry": _point(place), "properties": properties})


def _located(record: dict[str, Any]) -> list[dict[str, Any]]:
    return [place for place in record["locations"] if place["latitude"] is not None and place["longitude"] is not None]


def _points(record: dict[str, Any]) -> list[list[float]]:
    return [[place["longitude"], place["latitude"]] for place in _located(record)]


def _point(place: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [place["longitude"], place["latitude"]]}
