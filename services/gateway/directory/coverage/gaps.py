"""Find where needs are many and help is little or far: pairs of an area and a subject, worst first.

Only areas that have no others within them are compared, and only those pairs whose open needs are published. The
order is by this score, which is made of published numbers alone::

    (open needs - families there is room for within) * (1 + kilometres to the nearest / 10)

so ten families more than there is room for, with help at the door, weigh as much as one that is 90 km away from any.
Room that nobody has stated counts as none. The distance counts as 100 km at most, and as that where nobody of the node
offers help at a known place; but as none where all who do so are within the area, at places that are not known. Where
there is room for all, the score is nought: those pairs come last. Equal ones are in the order of their open needs, then
of their codes.
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


def pairs(items: Iterable[Row]) -> list[Row]:
    """Return the areas' pairs that may be gaps, at most :data:`MOST`: without the nearest, with all areas above."""
    tree = {one["area"]: one for one in items}
    inner = {one["parent"] for one in tree.values()}
    found = [
        {"area": area, "subject": subject, "centre": one["centre"], "areas": _above(area, tree), **_counts(counts)}
        for area, one in tree.items()
        if area not in inner
        for subject, counts in one["by_subject"].items()
        if counts["open_needs"]
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
    found = nearest(pair["subject"], pair["centre"]) if pair["centre"] else None
    kilometres, organization = found or (None, None)
    return {
        "nearest_km": None if kilometres is None else round(kilometres, 1),
        "nearest_organization": organization,
    }


def _counts(counts: Row) -> Row:
    return {name: counts[name] for name in ("open_needs", "organizations", "free_capacity")}


def _above(area: str | None, tree: dict[str, Row]) -> list[str]:
    path: list[str] = []
    while area in tree and area not in path:
        path.append(area)
        area = tree[area]["parent"]
    return path


def _shown(pair: Row) -> Row:
    shown = ("area", "subject", "open_needs", "organizations", "free_capacity", "nearest_km", "nearest_organization")
    return {name: pair[name] for name in shown}
