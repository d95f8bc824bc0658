"""Turn what CQL2 says of times into the conditions of a query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.gateway.ogc.domain import Interval, Unsupported, interval_of, moment_of

OPERATORS = {"=": "$eq", "<>": "$ne", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
OUTSIDE = {"$gte": "$lt", "$gt": "$lte", "$lte": "$gt", "$lt": "$gte"}
TEMPORAL = ("t_after", "t_before", "t_equals", "t_during", "t_intersects", "t_disjoint")
NONE: Mapping[str, Any] = {"_id": {"$in": []}}

Query = dict[str, Any]


def time_of(node: Any) -> Interval:
    """Return the time of a literal: of a bare text too, for who writes filters as JSON often forgets to say what it is.

    A date is its whole day.
    """
    try:
        match node:
            case {"timestamp": str(text)} | {"date": str(text)} | str(text):
                return moment_of(text)
            case {"interval": [str(start), str(end)]}:
                return interval_of(f"{start}/{end}")
    except ValueError as error:
        raise Unsupported(f"This is no time: {error}.") from error
    raise Unsupported("A time is a timestamp, a date, or an interval of two.")


def compared(op: str, time: Interval) -> Query:
    """Return what compares a moment with another, or with a day, which is one moment to comparisons."""
    if time.start is None or time.end is None:
        raise Unsupported("An interval is compared by functions such as T_INTERSECTS.")
    match op:
        case "=":
            return {"$gte": time.start, "$lte": time.end}
        case "<>":
            return {"$not": {"$gte": time.start, "$lte": time.end}, "$ne": None}
        case "<" | ">=":
            return {OPERATORS[op]: time.start}
        case _:
            return {OPERATORS[op]: time.end}


def there(time: Interval) -> Query:
    """Return what finds records that are valid on one day of a time (UTC) at least; one that names no day always is."""
    begun = {"valid_from": {"$not": {"$gt": time.end.date().isoformat()}}} if time.end else {}
    lasts: list[Query] = [{"valid_to": {"$gte": time.start.date().isoformat()}}] if time.start else []
    return {**begun, "$or": [{"valid_to": {"$in": ["", None]}}, *lasts]} if lasts else begun


def related(path: str, op: str, time: Interval, negated: bool) -> Query:
    """Return what holds a moment against a time, whose ends belong to it but for T_DURING."""
    at_end, at_start = ("$lt", "$gt") if op == "t_during" else ("$lte", "$gte")
    before = {OUTSIDE[at_start]: time.start} if time.start else None
    after = {OUTSIDE[at_end]: time.end} if time.end else None
    if op in ("t_after", "t_before"):
        bound, beyond = (time.end, after) if op == "t_after" else (time.start, before)
        if beyond is None:
            return {path: {"$ne": None}} if negated else dict(NONE)
        return {path: {at_end if op == "t_after" else at_start: bound} if negated else beyond}
    if (op == "t_disjoint") != negated:
        outside = [{path: one} for one in (before, after) if one]
        return {"$or": outside} if outside else dict(NONE)
    inside: Query = {"$ne": None}
    inside |= {at_start: time.start} if time.start else {}
    inside |= {at_end: time.end} if time.end else {}
    return {path: inside}
