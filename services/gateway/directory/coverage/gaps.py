"""Find where needs are many and help is little or far: pairs of an area and a subject, worst first.

Each need counts once, where the smallest area is of which enough of them are published (``open_needs_here`` of
:mod:`.areas`). In an area that has others within, those needs are ``spread``: they are told of none of the smaller
ones. Nobody knows where in it they are, so help that is anywhere within is at the door.

The order is by this score, which is made of published numbers alone::

    (open needs - families there is room for within) * (1 + kilometres to the nearest / 10)

so ten families more than there is room for, with help at the door, weigh as much as one that is 90 km away from any.
Room that nobody has stated counts as none. The distance counts as 100 km at most, and as that where nobody of the node
offers help at a known place; but as none where all who do so are within the area, at places that are not known, and
where needs are spread and anybody within offers help. Where there is room for all, the score is nought: those pairs
come last. Equal ones are in the order of their open needs, then of their codes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import orjson

Row = dict[str, Any]
Nearest = Callable[[str, list[float]], tuple[float, str] | None]
"""Gives, for a subject and a point, the nearest organization that offers it: its kilometres and its id."""

FAR_KM = 100.0
WEIGHT_KM = 10.0
MOST = 2_000
"""So many pairs are kept, those with the most open needs."""
SHOWN = (
    "area",
    "subject",
    "spread",
    "open_needs",
    "organizations",
    "free_capacity",
    "nearest_km",
    "nearest_organization",
)


def pairs(items: Iterable[Row]) -> list[Row]:
    """Return the areas' pairs that may be gaps, at most :data:`MOST`: without the nearest, with all areas above."""
    tree = {one["area"]: one for one in items}
    inner = {one["parent"] for one in tree.values()}
    found = [
        {"area": area, "areas": _above(area, tree), "subject": subject, "spread": area in inner}
        | {"centre": one["centre"], **_counts(counts)}
        for area, one in tree.items()
        for subject, counts in one["by_subject"].items()
        if counts["open_needs_here"]
    ]
    return sorted(found, key=lambda pair: -pair["open_needs"])[:MOST]


def ranked(found: Iterable[Row], nearest: Nearest) -> list[Row]:
    """Return pairs, worst first, each as it is kept: what it is asked by, and what is answered, as bytes."""
    located = [pair | _nearest(pair, nearest) for pair in found]
    located.sort(key=lambda pair: (-score(pair), -pair["open_needs"], pair["area"], pair["subject"]))
    return [{"areas": one["areas"], "subject": one["subject"], "body": orjson.dumps(_shown(one))} for one in located]


def score(pair: Row) -> float:
    """Return how bad a gap is: see the head of this module."""
    waiting = max(0, pair["open_needs"] - (pair["free_capacity"] or 0))
    return float(waiting * (1 + _distance(pair) / WEIGHT_KM))


def _distance(pair: Row) -> float:
    if pair["nearest_km"] is None:
        return 0.0 if pair["organizations"] else FAR_KM
    return min(FAR_KM, float(pair["nearest_km"]))


def _nearest(pair: Row, nearest: Nearest) -> Row:
    measured = pair["centre"] and not (pair["spread"] and pair["organizations"])
    found = nearest(pair["subject"], pair["centre"]) if measured else None
    kilometres, organization = found or (None, None)
    return {
        "nearest_km": None if kilometres is None else round(kilometres, 1),
        "nearest_organization": organization,
    }


def _counts(counts: Row) -> Row:
    known = {name: counts[name] for name in ("organizations", "free_capacity")}
    return {"open_needs": counts["open_needs_here"], **known}


def _above(area: str | None, tree: dict[str, Row]) -> list[str]:
    path: list[str] = []
    while area in tree and area not in path:
        path.append(area)
        area = tree[area]["parent"]
    return path


def _shown(pair: Row) -> Row:
    return {name: pair[name] for name in SHOWN}
