"""Ask the registry what a referral needs to know of agencies and areas.

What rarely changes is remembered for a minute in this process: an agency that closes may so be referred to for a minute
longer, and rejects; an area's place in the tree never changes, and its centre hardly.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

from chassis.errors import NotFound
from contracts.envelope import RpcContract
from contracts.registry import FIND_AGENCIES, GET_AGENCY, GET_AREA
from services.referrals.errors import NotAllowed, NotValid
from services.referrals.matching.domain import Candidate, Other

T = TypeVar("T")

REMEMBERED = 60.0
MOST_REMEMBERED = 10_000
MOST_CANDIDATES = 50


class Caller(Protocol):
    """Make a call as this service; :class:`chassis.rpc_client.RpcClient` does."""

    def call(self, contract: RpcContract, request: dict[str, Any]) -> Any:
        """Return the answer, or raise an error of :mod:`chassis.errors`."""


@dataclass(frozen=True, slots=True)
class Agency:
    """Hold what a referral needs of its agency. ``phone`` is its first, or empty."""

    id: str
    name: str
    email: str
    phone: str
    languages: tuple[str, ...]
    active: bool
    subjects: frozenset[str]

    def can_be_asked(self, subject: str) -> bool:
        """Tell whether it is active and covers the subject."""
        return self.active and subject in self.subjects

    def require(self, subject: str) -> None:
        """Raise :class:`NotAllowed` where it cannot be asked: it is not active, or does not cover the subject."""
        if not self.active:
            raise NotAllowed("organization_inactive", "organization")
        if subject not in self.subjects:
            raise NotAllowed("no_capability", "organization")


@dataclass(frozen=True, slots=True)
class Place:
    """Hold an area's place in the tree: its ancestors from the country down, then itself; and its county.

    ``centre`` is its longitude and latitude, None where nobody knows it.
    """

    area: str
    areas: tuple[str, ...]
    county: str
    centre: tuple[float, float] | None = None


class Memory:
    """Remember values for a while. Safe under threads: at worst one is asked for twice."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Take a clock that never goes back."""
        self._clock = clock
        self._known: dict[str, tuple[float, Any]] = {}

    def get(self, key: str, ask: Callable[[], T | None], serves: Callable[[T], bool] = lambda _: True) -> T | None:
        """Return the value of a key: as remembered, if that serves, else as it is now. None is not remembered."""
        until, known = self._known.get(key, (0.0, None))
        if known is not None and self._clock() < until and serves(known):
            return cast(T, known)
        fresh = ask()
        if fresh is not None:
            self._remember(key, fresh)
        return fresh

    def _remember(self, key: str, value: Any) -> None:
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[key] = (self._clock() + REMEMBERED, value)


class Registry:
    """Ask the registry. Raises :class:`chassis.errors.Unavailable` where it does not answer."""

    def __init__(self, caller: Caller, memory: Memory) -> None:
        """Take who calls, and what remembers."""
        self._caller = caller
        self._memory = memory

    def agency(self, organization: str, subject: str = "") -> Agency | None:
        """Return an agency, or None where there is no such organization.

        With ``subject``, one that could not be asked for it is not remembered: it may just have taken that up.
        """
        return self._memory.get(
            f"agency:{organization}",
            lambda: self._agency(organization),
            lambda agency: not subject or agency.can_be_asked(subject),
        )

    def place(self, area: str) -> Place | None:
        """Return an area's place, or None where there is no such area."""
        return self._memory.get(f"area:{area}", lambda: self._place(area))

    def candidates(
        self, subject: str, county: str, point: tuple[float, float] | None
    ) -> tuple[list[Candidate], list[Other]]:
        """Return who covers a subject near a county, and the near ones who cannot be asked. Never remembered."""
        request = {"subject": subject, "area": county, "point": point and list(point), "limit": MOST_CANDIDATES}
        answer = self._caller.call(FIND_AGENCIES, request)
        return [_candidate(agency) for agency in answer["agencies"]], [_other(agency) for agency in answer["others"]]

    def _agency(self, organization: str) -> Agency | None:
        try:
            answer = self._caller.call(GET_AGENCY, {"id": organization})
        except NotFound:
            return None
        return Agency(
            id=answer["id"],
            name=answer["name"],
            email=answer["email"],
            phone=next((phone["number"] for phone in answer["phones"]), ""),
            languages=tuple(answer["languages"]),
            active=answer["status"] == "active",
            subjects=frozenset(capability["subject"] for capability in answer["capabilities"]),
        )

    def _place(self, area: str) -> Place | None:
        try:
            answer = self._caller.call(GET_AREA, {"id": area})
        except NotFound:
            return None
        path = tuple(answer["path"])
        county = path[-2] if answer["level"] == "locality" and len(path) > 1 else answer["id"]
        return Place(answer["id"], path, county, answer["centre"] and tuple(answer["centre"]))


def required_agency(agency: Agency | None, subject: str) -> Agency:
    """Return the agency, if there is one that can be asked."""
    if agency is None:
        raise NotValid("unknown_organization", "organization")
    agency.require(subject)
    return agency


def required_place(place: Place | None, bound: str) -> Place:
    """Return the place, if there is one within the caller's area; ``bound`` is empty where the caller has none."""
    if place is None or (bound and bound not in place.areas):
        raise NotValid("unknown_area", "area")
    return place


def _candidate(agency: dict[str, Any]) -> Candidate:
    known = {name: agency[name] for name in ("id", "name", "area", "distance_m", "capacity")}
    return Candidate(**known, areas=tuple(agency["areas"]), languages=tuple(agency["languages"]))


def _other(agency: dict[str, Any]) -> Other:
    return Other(**{name: agency[name] for name in ("id", "name", "reason", "distance_m")})
