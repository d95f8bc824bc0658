"""Read what is asked of a collection: a box, a time, and how large a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any

from services.gateway.directory.grid import Box

LIMIT, LIMIT_MOST = 100, 1000
OPEN = ("", "..")
EAST, NORTH = 180.0, 90.0
DAY = "%Y-%m-%d"
FLAT, HIGH = 4, 6  # numbers of a box, without and with heights


class Unsupported(ValueError):
    """Say why a filter is refused."""


class TooBroad(Exception):
    """Say that a question would take too long to answer."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Hold a time from its first to its last moment, both in it; None where it is open."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Selection:
    """Hold what is asked of a collection; what is empty or None does not narrow. ``filter`` is CQL2 as JSON."""

    limit: int = LIMIT
    cursor: str = ""
    box: Box | None = None
    during: Interval | None = None
    filter: Any = None


@dataclass(frozen=True, slots=True)
class Page:
    """Hold features as JSON, and the cursor of the page after, empty where there is none."""

    items: list[bytes]
    next: str


@dataclass(frozen=True, slots=True)
class Extent:
    """Hold the box around all features of a collection, and when the first of them was changed; None where unknown."""

    box: Box | None = None
    since: datetime | None = None


def box_of(numbers: list[float]) -> Box:
    """Return the box of four numbers, or of six, whose heights are not looked at. Raises ``ValueError``.

    West may be east of east: then the box crosses the antimeridian.
    """
    if len(numbers) not in (FLAT, HIGH) or not all(isfinite(one) for one in numbers):
        raise ValueError("a box is four numbers, or six")
    flat = numbers if len(numbers) == FLAT else [*numbers[:2], *numbers[3:5]]
    west, south, east, north = map(float, flat)
    if max(abs(west), abs(east)) > EAST or max(abs(south), abs(north)) > NORTH or south > north:
        raise ValueError("longitudes are from -180 to 180, latitudes from -90 to 90, the southern one first")
    return Box(west, south, east, north)


def interval_of(text: str) -> Interval:
    """Return the time of an RFC 3339 date-time or date, or of an interval of two; either end may be open.

    Raises ``ValueError``. A date is its whole day, UTC.
    """
    first, slash, last = text.partition("/")
    if not slash:
        return moment_of(first)
    start = None if first in OPEN else moment_of(first).start
    end = None if last in OPEN else moment_of(last).end
    if start is None and end is None:
        raise ValueError("one end of an interval is given at least")
    if start and end and start > end:
        raise ValueError("the interval ends before it begins")
    return Interval(start, end)


def moment_of(text: str) -> Interval:
    """Return the moment of a date-time, or the day of a date. Raises ``ValueError``."""
    if len(text) == len("2026-11-02"):
        day = datetime.strptime(text, DAY).replace(tzinfo=UTC)
        return Interval(day, day.replace(hour=23, minute=59, second=59, microsecond=999_000))
    text = text.upper()  # RFC 3339, 5.6: T and Z may be small
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or "T" not in text:
        raise ValueError("a time has a date, a time of day, and its offset from UTC")
    try:
        moment = moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("this time lies beyond the years 1 to 9999") from error
    return Interval(moment, moment)
