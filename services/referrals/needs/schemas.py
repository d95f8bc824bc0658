"""Translate needs between the wire and the domain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.referrals.needs.domain import Need

PLAIN = ("version", "family", "subject", "urgency", "area", "status", "registered_at", "last_modified")


def need(request: Mapping[str, Any], need_id: str, area: str, areas: tuple[str, ...], at: datetime) -> Need:
    """Return a new need in an area."""
    return Need(
        id=need_id,
        family=request["family"],
        subject=request["subject"],
        urgency=request["urgency"],
        area=area,
        areas=areas,
        point=request["point"] and (request["point"][0], request["point"][1]),
        note=request["note"].strip(),
        registered_at=at,
        last_modified=at,
    )


def shown(one: Need) -> dict[str, Any]:
    """Return a need whole."""
    known = {name: getattr(one, name) for name in ("id", *PLAIN, "note")}
    return known | {"areas": list(one.areas), "point": one.point and list(one.point)}


def summary(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a need as lists show it, of a stored document."""
    return {"id": document["_id"]} | {name: document[name] for name in (*PLAIN, "areas", "point")}


def event(one: Need) -> dict[str, Any]:
    """Return the payload of the event: opaque ids and codes."""
    return {
        "id": one.id,
        "family": one.family,
        "subject": one.subject,
        "urgency": one.urgency,
        "status": one.status.value,
        "area": one.area,
    }


def state(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a need is counted by, of a document of :meth:`NeedStore.states`: never whose it is."""
    return {"id": document["_id"]} | {name: document[name] for name in ("version", "area", "subject", "status")}
