"""Turn hours into HSDS 3 schedules: those of a weekday and those of a holiday, as HSDS 1.1 has them, and 3.x's own.

Hours past midnight become two schedules, since one ends on the day that it begins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from cli.hsds_package.making import Maker, Record, given, number
from cli.hsds_package.shelf import Row
from cli.hsds_package.values import WEEKDAYS, Wrong, weekday
from contracts.registry.hsds import ADDRESS, BLOCK, LINE, NOTE, SOME
from contracts.registry.words import FREQUENCIES

MIDNIGHT, DAY_END = "00:00", "24:00"
CLOSED = "closed"
PLAIN = ("valid_from", "valid_to", "dtstart", "until")
TEXTS = ("byday", "byweekno", "bymonthday", "byyearday", "attending_type")


def schedules(maker: Maker, column: str, parent: Row) -> list[Record]:
    """Return the schedules of a parent, of all kinds."""
    made = maker.several(maker.owned("schedules", column, parent.id), SOME, lambda row: _schedule(maker, row))
    made += _weekly(maker, maker.owned("regular_schedules", column, parent.id))
    made += [one for row in maker.owned("holiday_schedules", column, parent.id) for one in _holiday(row)]
    return maker.first(parent, made, SOME, "schedules")


def _schedule(maker: Maker, row: Row) -> Record:
    made = maker.part(row) | {name: row[name] for name in PLAIN if row[name]} | maker.texts(row, LINE, *TEXTS)
    made |= maker.texts(row, BLOCK, "description") | maker.texts(row, NOTE, "notes")
    made |= maker.texts(row, ADDRESS, "schedule_link")
    days = {} if maker.exact else _named_days(row)
    return (
        made
        | days
        | given(
            freq=maker.coded(row, "freq", FREQUENCIES.__contains__) or days.get("freq"),
            wkst=maker.coded(row, "wkst", WEEKDAYS.__contains__),
            opens_at=row["opens_at"],
            closes_at=row["closes_at"] if maker.exact else _end(row["closes_at"]),
            timezone=number(row["timezone"]),
            count=number(row["count"]),
            interval=number(row["interval"]),
        )
    )


def _named_days(row: Row) -> Record:
    """Return the days of a week that a cell calls by their names, and that they come again each week."""
    try:
        return {"byday": weekday(row["byday"]), "freq": "WEEKLY"} if row["byday"] else {}
    except Wrong:
        return {}


def _weekly(maker: Maker, rows: list[Row]) -> list[Record]:
    """Return one schedule for each opening and closing: the days of the same hours stand together.

    Who lists all days of a week, and hours for some, is closed on the others. Hours that are told in words are too.
    """
    told = {row["original_text"]: maker.cut(row, "original_text", BLOCK) for row in rows if row["original_text"]}
    words = [{"description": one} for one in told.values()]
    rows = [row for row in rows if row["weekday"]]
    if any(row["opens_at"] or row["closes_at"] for row in rows):
        rows = [row for row in rows if row["opens_at"] or row["closes_at"]]
    days: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        for day in filter(None, row["weekday"].split(",")):
            for offset, opens, closes in _hours(row):
                days[opens, closes].add(WEEKDAYS[(WEEKDAYS.index(day) + offset) % 7])
    return [
        {"freq": "WEEKLY", "byday": ",".join(sorted(found, key=WEEKDAYS.index))}
        | given(opens_at=opens, closes_at=closes)
        for (opens, closes), found in days.items()
    ] + words


def _holiday(row: Row) -> Iterator[Record]:
    between = {"valid_from": row["start_date"], "valid_to": row["end_date"]}
    if row["closed"]:
        yield between | {"notes": CLOSED}
        return
    for offset, opens, closes in _hours(row):
        if not offset:
            yield between | given(opens_at=opens, closes_at=closes)


def _hours(row: Row) -> Iterator[tuple[int, str, str]]:
    """Yield opening and closing of a row: on its day (0) and, where it closes after midnight, on the next (1)."""
    opens, closes = row["opens_at"], _end(row["closes_at"])
    if not opens or not closes or opens < closes:
        yield 0, opens, closes
        return
    yield 0, opens, DAY_END
    if opens != closes:
        yield 1, MIDNIGHT, closes


def _end(closes: str) -> str:
    return DAY_END if closes == MIDNIGHT else closes
