"""Say what is wrong with a part of a service. Pure: one table of rules, by the kind of part.

A recurrence is read by RFC 5545, as far as HSDS has its parts: an ordinal before a day (``1MO``, ``-1FR``) makes sense
in a month only, days of a month are 1 to 31 or counted from its end, weeks 1 to 53, days of a year 1 to 366.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from services.registry.faults import Fault
from services.registry.services.parts import CostOption, Schedule, ServiceCapacity, inner, within

TIME = re.compile(r"(?P<h>[01]\d|2[0-3]):(?P<m>[0-5]\d)(:(?P<s>[0-5]\d))?(?P<offset>Z|[+-](0\d|1[0-4]):?[0-5]\d)?\Z")
MIDNIGHT = re.compile(r"24:00(:00)?(?P<offset>Z|[+-](0\d|1[0-4]):?[0-5]\d)?\Z")
WEEKDAY = re.compile(r"(?P<ordinal>[+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)\Z")
ORDINAL = re.compile(r"[+-]?[1-9]\d{0,2}\Z")
DAY = 24 * 3600  # seconds
NUMBERED = {"bymonthday": 31, "byweekno": 53, "byyearday": 366}
WHOLE = ("count", "interval")

Rule = Callable[[Any], Iterator[Fault]]


def faults_within(parts: Sequence[Any], path: str) -> Iterator[Fault]:
    """Yield what is wrong with parts and all parts within them."""
    yield from repeated(path, "id", parts)
    for where, part in within(parts, path):
        for fault in _faults_of(part):
            yield Fault(f"{where}.{fault.field}", fault.code, fault.value)


def repeated(path: str, name: str, parts: Sequence[Any]) -> Iterator[Fault]:
    """Yield a fault for each part that has the same ``name`` as one before it."""
    seen = set()
    for number, part in enumerate(parts):
        value = getattr(part, name)
        if value in seen:
            yield Fault(f"{path}.{number}.{name}", "repeated", value)
        seen.add(value)


def backwards(first: str, last: str, of: Any, code: str = "ends_before_it_begins") -> Iterator[Fault]:
    """Yield a fault where the last of two bounds is below the first; an empty one, or None, is open."""
    low, high = getattr(of, first), getattr(of, last)
    if low not in ("", None) and high not in ("", None) and high < low:
        yield Fault(last, code, str(high))


def _faults_of(part: Any) -> Iterator[Fault]:
    for rule in RULES.get(type(part), ()):
        yield from rule(part)
    lists: dict[str, list[Any]] = {}
    for path, each in inner(part):
        name, dot, _ = path.partition(".")
        if dot:
            lists.setdefault(name, []).append(each)
    for name, parts in lists.items():
        yield from repeated(name, "id", parts)


def _valid(part: Schedule | CostOption) -> Iterator[Fault]:
    yield from backwards("valid_from", "valid_to", part)


def _recurring(schedule: Schedule) -> Iterator[Fault]:
    yield from backwards("dtstart", "until", schedule)
    for name in WHOLE:
        value = getattr(schedule, name)
        if value is not None and value != int(value):
            yield Fault(name, "wrong_type", str(value))
    for name, most in NUMBERED.items():
        if not all(_ordinal(one, most) for one in _listed(getattr(schedule, name))):
            yield Fault(name, "malformed", getattr(schedule, name))
    if not all(_weekday(one, schedule.freq) for one in _listed(schedule.byday)):
        yield Fault("byday", "malformed", schedule.byday)


def _open(schedule: Schedule) -> Iterator[Fault]:
    hours = {name: _clock(getattr(schedule, name)) for name in ("opens_at", "closes_at")}
    for name, read in hours.items():
        if getattr(schedule, name) and read is None:
            yield Fault(name, "malformed", getattr(schedule, name))
    opens, closes = hours.values()
    if opens and closes and not _before(opens, closes):
        yield Fault("closes_at", "closes_before_it_opens", schedule.closes_at)


def _free(capacity: ServiceCapacity) -> Iterator[Fault]:
    if capacity.maximum is not None and capacity.available > capacity.maximum:
        yield Fault("available", "more_than_there_is", str(capacity.available))


RULES: Mapping[type[Any], tuple[Rule, ...]] = {
    Schedule: (_valid, _recurring, _open),
    CostOption: (_valid,),
    ServiceCapacity: (_free,),
}


def _listed(text: str) -> list[str]:
    return text.split(",") if text else []


def _ordinal(text: str, most: int) -> bool:
    return bool(ORDINAL.match(text)) and abs(int(text)) <= most


def _weekday(text: str, freq: str | None) -> bool:
    read = WEEKDAY.match(text)
    return bool(read) and (freq != "WEEKLY" or not read["ordinal"])  # type: ignore[index]


def _clock(text: str) -> tuple[int, int | None] | None:
    """Return a time of day in seconds, and its offset in seconds where it has one; None where it is none."""
    if read := TIME.match(text):
        return int(read["h"]) * 3600 + int(read["m"]) * 60 + int(read["s"] or 0), _offset(read["offset"])
    if read := MIDNIGHT.match(text):
        return DAY, _offset(read["offset"])
    return None


def _offset(text: str | None) -> int | None:
    if not text or text == "Z":
        return 0 if text else None
    hours, minutes = int(text[1:3]), int(text[-2:])
    return (hours * 3600 + minutes * 60) * (-1 if text[0] == "-" else 1)


def _before(opens: tuple[int, int | None], closes: tuple[int, int | None]) -> bool:
    """Compare as instants where both say their offset, else as they are written."""
    if opens[1] is not None and closes[1] is not None:
        return opens[0] - opens[1] < closes[0] - closes[1]
    return opens[0] < closes[0]
