"""Look into an outbox, in which several events may be one entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from pymongo.database import Database

from chassis import parcels

Entry = dict[str, Any]


def events(database: Database[Entry], wanted: Mapping[str, Any] | None = None) -> Iterator[Entry]:
    """Yield each event that stands in a database's outbox as if it stood there alone."""
    for entry in database["outbox"].find(wanted or {}):
        for one in parcels.stands(entry):
            yield {**entry, "_id": orjson.loads(one.body)["id"], "body": one.body, "seal": one.seal, "count": 1}


def envelopes(database: Database[Entry], wanted: Mapping[str, Any] | None = None) -> list[Entry]:
    """Return the CloudEvents of all that stands in a database's outbox."""
    return [orjson.loads(event["body"]) for event in events(database, wanted)]


def waiting(database: Database[Entry]) -> int:
    """Return how many events no broker has confirmed."""
    return sum(map(parcels.events_in, database["outbox"].find({"due": {"$exists": True}}, {"count": 1})))
