"""Choose agencies for a need, in an order that can be explained.

An agency is proposed when it covers the subject, is active, has not failed this need before, and has capacity left (or
has stated none). Order: those in the family's county first; then by distance, in whole kilometres, unknown last; then
by free capacity, most first, unstated last; then those that speak the family's language; then by name.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.referrals.matching import reasons
from services.referrals.matching.reasons import REASONS, Reason

NEAR_METRES = 10_000
"""Below this an agency outside the county is called near."""

BEFORE: dict[str, Reason] = {
    "rejected": reasons.REJECTED_BEFORE,
    "expired": reasons.EXPIRED_BEFORE,
    "returned": reasons.RETURNED_BEFORE,
    "referred_onward": reasons.TRIED_BEFORE,
    "completed": reasons.TRIED_BEFORE,
}
"""What an ended referral of the need says of its agency. One that the worker revoked says nothing."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Say what is looked for: the county in which the need is, and the family's language.

    ``located`` is False where nobody knows the need's own place: distances are then from the centre of its area.
    """

    county: str
    language: str
    located: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """Describe an active agency that covers the subject. ``distance_m`` and ``capacity`` are None where unknown."""

    id: str
    name: str
    area: str
    areas: tuple[str, ...]
    distance_m: int | None
    capacity: int | None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Other:
    """Describe a near agency that cannot be asked, and the code of why."""

    id: str
    name: str
    reason: str
    distance_m: int | None


@dataclass(frozen=True, slots=True)
class Proposed:
    """Propose one agency. ``free_capacity`` is None where it has stated no capacity; ``rank`` starts at 1."""

    rank: int
    agency: Candidate
    free_capacity: int | None
    same_area: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class NotProposed:
    """Say of a near agency why it is not proposed."""

    id: str
    name: str
    distance_m: int | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Hold who is proposed, best first, and who is not: those that failed this need, then others, nearest first."""

    proposed: tuple[Proposed, ...]
    not_proposed: tuple[NotProposed, ...]


def match(
    wanted: Wanted,
    candidates: Iterable[Candidate],
    others: Iterable[Other],
    *,
    at_work: Mapping[str, int],
    tried: Mapping[str, str],
    limit: int,
) -> Match:
    """Return at most ``limit`` agencies of either kind.

    ``at_work`` counts an agency's referrals of this subject that it has accepted and not ended; ``tried`` gives the
    status in which an agency's last referral of this need ended.
    """
    fit, unfit = [], [_not_proposed(wanted, other, (REASONS[other.reason],)) for other in others]
    for agency in candidates:
        free = _free(agency, at_work.get(agency.id, 0))
        against = _against(free, tried.get(agency.id, ""))
        if against:
            unfit.append(_not_proposed(wanted, agency, against))
        else:
            fit.append((agency, free))
    fit.sort(key=lambda pair: _order(wanted, *pair))
    unfit.sort(key=lambda one: (tried.get(one.id) not in BEFORE, _metres(one.distance_m), one.name, one.id))
    proposed = (_proposed(wanted, rank, *pair) for rank, pair in enumerate(fit[:limit], start=1))
    return Match(tuple(proposed), tuple(unfit[:limit]))


def _free(agency: Candidate, taken: int) -> int | None:
    return None if agency.capacity is None else max(0, agency.capacity - taken)


def _against(free: int | None, ended: str) -> tuple[Reason, ...]:
    full = (reasons.NO_FREE_CAPACITY,) if free == 0 else ()
    return (*((BEFORE[ended],) if ended in BEFORE else ()), *full)


def _order(wanted: Wanted, agency: Candidate, free: int | None) -> tuple[bool, float, float, bool, str, str]:
    kilometres = math.inf if agency.distance_m is None else agency.distance_m // 1000
    most_first = math.inf if free is None else -free
    speaks = wanted.language in agency.languages
    return wanted.county not in agency.areas, kilometres, most_first, not speaks, agency.name, agency.id


def _metres(distance: int | None) -> float:
    return math.inf if distance is None else distance


def _proposed(wanted: Wanted, rank: int, agency: Candidate, free: int | None) -> Proposed:
    same_area = wanted.county in agency.areas
    return Proposed(rank, agency, free, same_area, tuple(_in_favour(wanted, agency, free, same_area)))


def _in_favour(wanted: Wanted, agency: Candidate, free: int | None, same_area: bool) -> Iterable[Reason]:
    yield reasons.COVERS_SUBJECT
    if same_area:
        yield reasons.SAME_AREA
    elif wanted.located and _metres(agency.distance_m) <= NEAR_METRES:
        yield reasons.NEAR
    yield from _measured(wanted, agency)
    yield reasons.CAPACITY_UNKNOWN if free is None else reasons.FREE_CAPACITY
    if agency.languages:
        yield reasons.SPEAKS_LANGUAGE if wanted.language in agency.languages else reasons.OTHER_LANGUAGE


def _not_proposed(wanted: Wanted, agency: Candidate | Other, against: tuple[Reason, ...]) -> NotProposed:
    return NotProposed(agency.id, agency.name, agency.distance_m, (*against, *_measured(wanted, agency)))


def _measured(wanted: Wanted, agency: Candidate | Other) -> Iterable[Reason]:
    if not wanted.located and agency.distance_m is not None:
        yield reasons.FROM_AREA_CENTRE
