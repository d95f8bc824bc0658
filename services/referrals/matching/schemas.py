"""Put a match on the wire."""

from __future__ import annotations

from typing import Any

from services.referrals.matching.domain import Match, NotProposed, Proposed
from services.referrals.matching.reasons import Reason


def shown(need: str, found: Match) -> dict[str, Any]:
    """Return who is proposed for a need and who is not, each with its reasons."""
    return {
        "need": need,
        "proposed": [_proposed(one) for one in found.proposed],
        "not_proposed": [_not_proposed(one) for one in found.not_proposed],
    }


def _proposed(one: Proposed) -> dict[str, Any]:
    return {
        "organization": one.agency.id,
        "name": one.agency.name,
        "rank": one.rank,
        "area": one.agency.area,
        "distance_m": one.agency.distance_m,
        "free_capacity": one.free_capacity,
        "same_area": one.same_area,
        "reasons": _reasons(one.reasons),
    }


def _not_proposed(one: NotProposed) -> dict[str, Any]:
    return {
        "organization": one.id,
        "name": one.name,
        "distance_m": one.distance_m,
        "reasons": _reasons(one.reasons),
    }


def _reasons(reasons: tuple[Reason, ...]) -> list[dict[str, Any]]:
    return [{"code": reason.code, "message": reason.message} for reason in reasons]
