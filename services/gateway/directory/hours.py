"""Tell from the schedules of services whether somebody is there at a moment. Pure.

A document keeps two things of all schedules that it stands for:

``open``   hours of the week that one of them touches, as small numbers for an index: those of the node's own clock, and
           behind them, from :data:`WEEK` on, those of UTC, for schedules that name their offset
``hours``  the schedules themselves, each as JSON, of which the recurrence is read exactly (RFC 5545, by ``dateutil``)

The index finds who may be open; :func:`is_open` then tells. A schedule counts where it has both hours. Without days
and ``freq`` it is every day, or that of ``dtstart`` alone; where it hangs on its beginning (each second week, a number
of times) and has none, no day can be told, and it is never. ``byweekno`` and ``byyearday`` belong to no weekly or
monthly rule, so such a rule has no days either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Any

import orjson
from dateutil.rrule import rrulestr

Json = dict[str, Any]

WEEK = 7 * 24  # hours
DAY = 24 * 3600  # seconds
HOURS_MOST = 100
"""Different schedules of one organization that are looked at."""
PERIODS = {"DAILY": 1, "WEEKLY": 7}  # days
OLDEST = timedelta(days=50 * 365)  # a recurrence that began before is not followed
REMEMBERED = 20_000  # days of schedules
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
BY = ("byday", "bymonthday")
STRANGE = ("byweekno", "byyearday")
READ = (
    *("valid_from", "valid_to", "dtstart", "until", "timezone", "opens_at", "closes_at"),
    *("freq", "interval", "count", "wkst", *BY, *STRANGE),
)
CLOCK = re.compile(r"(\d\d):(\d\d)(?::(\d\d))?(?:(Z)|([+-])(\d\d):?(\d\d))?\Z")


@dataclass(frozen=True, slots=True)
class Hours:
    """Hold a schedule: seconds of the day, the offset of its clock (None for the node's), and its recurrence."""

    opens: int
    closes: int
    offset: timedelta | None
    days: Json


def of_service(record: Json) -> list[str]:
    """Return the schedules of a service and of its places that say hours; none while it is closed."""
    if record["status"] != "active":
        return []
    own = record["schedules"]
    theirs = (schedule for place in record["service_at_locations"] for schedule in place["schedules"])
    return together([_kept(one) for one in (*own, *theirs) if one["opens_at"] and one["closes_at"]])


def together(hours: Iterable[str]) -> list[str]:
    """Return schedules of several as one list, at most :data:`HOURS_MOST` of them."""
    return sorted(set(hours))[:HOURS_MOST]


def kept(hours: list[str]) -> Json:
    """Return what a document keeps of schedules: nothing where there are none, so that no index holds it."""
    return {"hours": hours, "open": sorted({slot for one in hours for slot in _slots(_read(one))})} if hours else {}


def at(moment: datetime) -> Json:
    """Return the condition for what may be open at a moment of the node's clock."""
    utc = moment.astimezone(timezone.utc)  # noqa: UP017 - beside offsets
    return {"open": {"$in": [_slot(moment), WEEK + _slot(utc)]}}


def is_open(hours: Iterable[str], moment: datetime) -> bool:
    """Tell whether one of some schedules is open at a moment of the node's clock."""
    return any(_open(one, moment) for one in hours)


def _open(schedule: str, moment: datetime) -> bool:
    hours = _read(schedule)
    there = moment if hours.offset is None else moment.astimezone(timezone(hours.offset))
    second = there.hour * 3600 + there.minute * 60 + there.second
    return hours.opens <= second < hours.closes and _falls_on(schedule, there.date())


def _kept(schedule: Json) -> str:
    stated = {name: schedule[name] for name in READ if schedule.get(name) not in (None, "")}
    return orjson.dumps(stated, option=orjson.OPT_SORT_KEYS).decode()


@lru_cache(maxsize=REMEMBERED)
def _read(schedule: str) -> Hours:
    days: Json = orjson.loads(schedule)
    opens, own = _clock(days["opens_at"])
    closes, other = _clock(days["closes_at"])
    if own is not None and other is not None:
        closes += own - other
    seconds = next((one for one in (own, other) if one is not None), None)
    if seconds is None and "timezone" in days:
        seconds = round(days["timezone"] * 3600)
    return Hours(opens, min(closes, DAY), None if seconds is None else timedelta(seconds=seconds), days)


def _clock(text: str) -> tuple[int, int | None]:
    """Return a time of day in seconds, and its offset in seconds where it has one."""
    found = CLOCK.match(text)
    if found is None:  # the registry takes none such
        return 0, None
    hours, minutes, seconds, utc, sign, across, beside = found.groups()
    offset = 0 if utc else None
    if sign:
        offset = (int(across) * 3600 + int(beside) * 60) * (-1 if sign == "-" else 1)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0), offset


def _slots(hours: Hours) -> Iterator[int]:
    """Yield the hours of the week that a schedule may touch: all days, where its rule does not name weekdays."""
    named = {text[-2:] for text in hours.days.get("byday", "").split(",")} & {*WEEKDAYS}
    away = 0 if hours.offset is None else round(hours.offset.total_seconds())
    for weekday, name in enumerate(WEEKDAYS):
        if not named or name in named:
            first, last = (weekday * DAY + one - away for one in (hours.opens, hours.closes - 1))
            for hour in range(first // 3600, last // 3600 + 1):
                yield hour % WEEK + (0 if hours.offset is None else WEEK)


def _slot(moment: datetime) -> int:
    return moment.weekday() * 24 + moment.hour


@lru_cache(maxsize=REMEMBERED)
def _falls_on(schedule: str, day: date) -> bool:
    """Tell whether a schedule holds on a day of its own clock."""
    days, text = _read(schedule).days, day.isoformat()
    first = max(days.get("valid_from", ""), days.get("dtstart", ""))
    last = min(days.get("valid_to", "9"), days.get("until", "9"))
    if not first <= text <= last or any(name in days for name in STRANGE):
        return False
    frequency = days.get("freq") or _frequency(days)
    if frequency is None:
        return "dtstart" not in days or days["dtstart"] == text
    return _recurs(days, frequency, day)


def _frequency(days: Json) -> str | None:
    """Return how often days that are named without a frequency come again; None where no days are named."""
    if "bymonthday" in days or re.search(r"\d", days.get("byday", "")):
        return "MONTHLY"
    return "WEEKLY" if "byday" in days else None


def _recurs(days: Json, frequency: str, day: date) -> bool:
    """Tell whether a day is one of a recurrence.

    Each part that names days is asked by itself first, from the day on: only a rule that has the day in all of them is
    followed from its beginning, so none is followed for ever that never comes.
    """
    named = [name for name in BY if name in days]
    if not all(_among(f"FREQ={frequency};{name}={days[name]}", day, day) for name in named):
        return False
    if (named or frequency == "DAILY") and days.get("interval", 1) == 1 and "count" not in days:
        return True
    began = days.get("dtstart") or days.get("valid_from")
    if not began or day - date.fromisoformat(began) > OLDEST:
        return False
    parts = {"FREQ": frequency, **{name: days[name] for name in ("interval", "count", "wkst", *BY) if name in days}}
    start = date.fromisoformat(began)
    if "count" not in days and frequency in PERIODS:  # what came long before says nothing that the beginning does not
        period = PERIODS[frequency] * round(days.get("interval", 1))
        start += max(0, (day - start).days // period - 1) * period * timedelta(days=1)
    rule = ";".join(f"{name}={round(one) if isinstance(one, float) else one}" for name, one in parts.items())
    return _among(rule, start, day)


def _among(rule: str, began: date, day: date) -> bool:
    wanted = datetime.combine(day, time())
    try:
        found = rrulestr(rule.upper(), dtstart=datetime.combine(began, time()))
    except ValueError:  # of a part that the registry took and the standard does not have
        return False
    return bool(found.between(wanted, wanted, inc=True))
