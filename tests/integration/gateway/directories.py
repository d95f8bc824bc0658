"""Make records for the directory, and put them there as the projector does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo.database import Database

from chassis import clock
from chassis.database import transaction
from services.gateway.api.examples import directory, organizations, services
from services.gateway.api.examples.case import ACCEPTED
from services.gateway.directory.changes import Changes, of_page
from services.gateway.directory.form_store import FormStore
from services.gateway.directory.rebuild_store import KINDS
from services.gateway.directory.store import DirectoryStore

Json = dict[str, Any]
QENA, QUS = ["EG", "EG29", "EG2901"], ["EG", "EG29", "EG2905"]
LUXOR = ["EG", "EG33", "EG3301"]


def organization(id: str, name: str = "جمعية الإحسان", *, version: int = 1, **fields: Any) -> Json:  # noqa: A002
    """Return the public record of an organization."""
    return {**organizations.ORGANIZATION, "id": id, "name": name, "version": version, "description": "", **fields}


def located(latitude: float, longitude: float, area: str = "EG2901", areas: Sequence[str] = ()) -> list[Json]:
    """Return one location; ``areas`` are those down to its own, which are known of counties of Qena."""
    path = list(areas) or {QENA[-1]: QENA, QUS[-1]: QUS}.get(area, [])
    place = {"latitude": latitude, "longitude": longitude, "area": area, "areas": path}
    return [{**organizations.ORGANIZATION["locations"][0], **place}]


def service(id: str, name: str = "علاج شهري", *, version: int = 1, at: str = "", **fields: Any) -> Json:  # noqa: A002
    """Return the public record of a service of the organization ``ehsan``, at one of its places or at none."""
    places = [{**services.SERVICE["service_at_locations"][0], "location_id": at}] if at else []
    record = {**services.SERVICE, "organization_id": "ehsan", "service_at_locations": places, "description": ""}
    return {**record, "id": id, "name": name, "version": version, **fields}


def capable(*subjects: str) -> list[Json]:
    """Return capabilities of subjects."""
    return [{"subject": subject, "capacity": None, "unit": "families"} for subject in subjects]


def referral(id: str, agency: str, status: str = "accepted", *, version: int = 1, **fields: Any) -> Json:  # noqa: A002
    """Return the public state of a referral."""
    accepted = status in ("accepted", "in_progress", "completed", "returned", "referred_onward")
    state = {
        "id": id,
        "version": version,
        "organization": agency,
        "area": "EG2901",
        "areas": QENA,
        "subject": "health",
        "status": status,
        "previous_status": "sent",
        "transition": "accepted",
        "outcome": "",
        "escalated": False,
        "accepted_at": ACCEPTED if accepted else None,
        "deadline": None,
        "follows": "",
    }
    return {**state, **fields}


def need(id: str, area: str = "EG2901", status: str = "open", *, version: int = 1, **fields: Any) -> Json:  # noqa: A002
    """Return what a need is counted by, as an event or a rebuild tells it."""
    return {"id": id, "version": version, "area": area, "subject": "health", "status": status, **fields}


def family(id: str, area: str = "EG2901", status: str = "open", *, version: int = 1) -> Json:  # noqa: A002
    """Return what a family is counted by, as an event or a rebuild tells it."""
    return {"id": id, "version": version, "area": area, "status": status}


def area(id: str, *, version: int = 1, **fields: Any) -> Json:  # noqa: A002
    """Return an area with its outline."""
    return {**directory.AREA, "id": id, "version": version, "outline": directory.OUTLINE, **fields}


class Projected:
    """Apply changes to a directory, one transaction a call."""

    def __init__(self, database: Database[Json]) -> None:
        """Take the gateway's database."""
        self.database = database
        self.store = DirectoryStore(database)
        FormStore(database).begin(clock.now())

    def organizations(self, *records: Json) -> None:
        """Apply organizations."""
        self.apply(of_page("organizations", records))

    def services(self, *records: Json) -> None:
        """Apply services."""
        self.apply(of_page("services", records))

    def terms(self, *records: Json) -> None:
        """Apply terms of the node's own."""
        self.apply(of_page("terms", records))

    def areas(self, *records: Json) -> None:
        """Apply areas."""
        self.apply(of_page("areas", records))

    def referrals(self, *states: Json) -> None:
        """Apply referrals."""
        self.apply(of_page("referrals", states))

    def needs(self, *states: Json) -> None:
        """Apply needs."""
        self.apply(of_page("needs", states))

    def families(self, *states: Json) -> None:
        """Apply families."""
        self.apply(of_page("families", states))

    def accepted(self, agency: str, count: int, **fields: Any) -> None:
        """Apply so many accepted referrals of an agency."""
        self.referrals(*(referral(f"{agency}-{number}", agency, **fields) for number in range(count)))

    def apply(self, changes: Changes, *, now: datetime | None = None) -> None:
        """Apply changes."""
        at = now or clock.now()
        transaction(self.database, lambda session: self.store.apply(changes, session, at))

    def age(self, **since: float) -> None:
        """Make everything look as if it had been applied some time ago."""
        then = clock.now() - timedelta(**since)
        for name in KINDS:
            self.database[f"directory_{name}"].update_many({}, {"$set": {"applied_at": then, "heard_at": then}})
