"""Shape the figures that the public sees, so that none of them tells of one family.

Organizations are public bodies and are counted exactly. Referrals speak of families: a count below five is null,
and every other is rounded down to a multiple of five, so that the difference of two figures tells nothing either. The
node's are lowered where they would tell more of a subject than is told of that itself: see :mod:`.few`. A subject of
which there is no referral hides none.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import orjson

from services.gateway.directory.few import Few

NOTHING_COUNTED: dict[str, Any] = {
    "as_of": None,
    "organizations": 0,
    "international_cooperation": 0,
    "members": 0,
    "referrals_accepted": None,
    "referrals_completed": None,
    "by_type": {},
    "by_subject": {},
    "by_term": {},
    "by_area": {},
}
"""The figures of a directory that no projector has counted yet."""


def document(counted: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return the figures as they are kept: ready to be sent, with the moment from which on changes are not in them."""
    body = orjson.dumps(published(counted, now), option=orjson.OPT_UTC_Z)
    return {"counted_at": now, "body": body, "extent": extent(counted["kinds"])}


def extent(kinds: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the box around all organizations, and when the first of them was changed last; None where unknown."""
    ends = {"west": min, "south": min, "east": max, "north": max, "since": min}
    known = {end: [kind[end] for kind in kinds if kind.get(end) is not None] for end in ends}
    return {end: of(known[end]) if known[end] else None for end, of in ends.items()}


def published(counted: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return the figures from what :meth:`services.gateway.directory.views.Directory.count` found."""
    kinds = counted["kinds"]
    referrals = {one["_id"]: [one] for one in counted["referrals"]}
    by_type: Counter[str] = Counter()
    for kind in kinds:
        by_type[kind["_id"]["type"]] += kind["organizations"]
    return {
        "as_of": now,
        "organizations": sum(by_type.values()),
        "international_cooperation": sum(kind["organizations"] for kind in kinds if kind["_id"]["cooperation"]),
        "members": sum(kind["members"] for kind in kinds),
        **_activity(counted["referrals"]),
        "by_type": dict(sorted(by_type.items())),
        "by_subject": {
            subject: {"organizations": organizations, **_activity(referrals.get(subject, []))}
            for subject, organizations in counted["by_subject"].items()
        },
        "by_term": counted["by_term"],
        "by_area": counted["by_area"],
    }


def _activity(subjects: list[dict[str, Any]]) -> dict[str, int | None]:
    """Return what is told of the referrals of some subjects together, each of which is told by itself too."""
    return {f"referrals_{what}": _total([one[what] for one in subjects]) for what in ("accepted", "completed")}


def _total(counts: list[int]) -> int | None:
    parts = [Few(count) for count in counts]
    for part in parts:
        part.settle()
    return Few(sum(counts)).settle(parts)
