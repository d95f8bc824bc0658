"""Turn CQL2 (OGC 21-065r2) into the conditions of a query, and nothing into anything else.

One walk over CQL2's JSON, to which :mod:`services.gateway.ogc.parser` turns text, makes the conditions. A property must
be one of the collection's queryables, and stands for the path that its table names; a value is put where only a value
can stand. So no text of a caller becomes an operator.

A comparison with null is neither true nor false, and so is its opposite (three-valued logic): ``NOT`` is carried down
to the comparisons, each of which has an opposite that null does not meet either.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.subjects import BELOW
from services.gateway.directory.grid import Box
from services.gateway.ogc.collections import Kind, Property
from services.gateway.ogc.domain import Unsupported, box_of
from services.gateway.ogc.geometry import Shape, bounds, shape_of, shape_of_box
from services.gateway.ogc.parser import DEPTH_MOST
from services.gateway.ogc.times import NONE, OPERATORS, TEMPORAL, Query, compared, related, time_of

TERMS_MOST = 200
WILDCARDS_MOST = 8
SHAPES_MOST, POSITIONS_MOST = 8, 500  # geometries of one filter, and what they have together
NUMBER_MOST = 2**53  # what JSON carries exactly (RFC 8259, 6), and less than the database can hold
EAST_MOST, NORTH_MOST = 180.0, 90.0
GEOMETRY = "geometry"
ORDERED = frozenset({Kind.WHOLE, Kind.MOMENT, Kind.TEXT})

OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
TURNED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
TURNED_SPATIAL = {"s_within": "s_contains", "s_contains": "s_within"}
SPATIAL = ("s_intersects", "s_disjoint", "s_within", "s_contains", "s_equals")
ALL: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Where:
    """Hold conditions, and what they imply that an index knows: all that meets them lies in ``box``, and so on."""

    query: Query = field(default_factory=dict)
    box: Box | None = None
    facets: Mapping[str, str] = field(default_factory=dict)


Spatial = Callable[[str, Shape, bool], Where]
"""Return the conditions for a predicate between features' geometry and a shape, or for its opposite."""


def where(node: Any, queryables: Mapping[str, Property], spatial: Spatial) -> Where:
    """Return the conditions of CQL2 as JSON. Raises :class:`Unsupported`."""
    return _Walk(queryables, spatial).conditions(node, negated=False, depth=0)


def both(one: Where, other: Where) -> Where:
    """Return what meets both."""
    parts = [part.query for part in (one, other) if part.query]
    query = parts[0] if len(parts) == 1 else {"$and": parts} if parts else {}
    return Where(query, one.box or other.box, {**other.facets, **one.facets, **_narrower(one.facets, other.facets)})


def _narrower(one: Mapping[str, str], other: Mapping[str, str]) -> Mapping[str, str]:
    """Return those of a term, rather than of the subject above it, where both have facets of one kind."""
    return {name: max(one[name], other[name], key=lambda code: code.count(BELOW)) for name in one if name in other}


class _Walk:
    """Walk over one filter."""

    def __init__(self, queryables: Mapping[str, Property], spatial: Spatial) -> None:
        self._queryables = queryables
        self._spatial = spatial
        self._terms = 0
        self._shapes = self._positions = 0

    def conditions(self, node: Any, *, negated: bool, depth: int) -> Where:
        self._terms += 1
        if depth > DEPTH_MOST or self._terms > TERMS_MOST:
            raise Unsupported("The filter has too many parts.")
        if isinstance(node, bool):
            return Where(dict(ALL if node != negated else NONE))
        if isinstance(node, dict) and "property" in node:
            return self._compared("=", [node, True], negated)
        op, args = _call(node)
        if op in ("and", "or"):
            return self._joined(op, args, negated, depth)
        if op == "not":
            return self.conditions(_only(args), negated=not negated, depth=depth + 1)
        return self._predicate(op, args, negated)

    def _joined(self, op: str, args: list[Any], negated: bool, depth: int) -> Where:
        if not args:
            raise Unsupported(f"{op.upper()} joins at least one condition.")
        parts = [self.conditions(one, negated=negated, depth=depth + 1) for one in args]
        if (op == "and") != negated:
            joined = parts[0]
            for part in parts[1:]:
                joined = both(joined, part)
            return joined
        if not all(part.query for part in parts):
            return Where()
        return Where({"$or": [part.query for part in parts]})

    def _predicate(self, op: str, args: list[Any], negated: bool) -> Where:
        made: dict[str, Callable[[str, list[Any], bool], Where]] = {
            **dict.fromkeys(OPERATORS, self._compared),
            **dict.fromkeys(SPATIAL, self._in_space),
            **dict.fromkeys(TEMPORAL, self._in_time),
            **dict.fromkeys(("a_contains", "a_overlaps"), self._list),
            "between": self._between,
            "in": self._in,
            "like": self._like,
            "isnull": self._null,
        }
        if op not in made:
            raise Unsupported(f"{op} is not supported.")
        return made[op](op, args, negated)

    # Comparisons

    def _compared(self, op: str, args: list[Any], negated: bool) -> Where:
        one, other = _two(args)
        if not _names_property(one):
            one, other, op = other, one, TURNED[op]
        if negated:
            op = OPPOSITE[op]
        if _op(one) == "casei" or _op(other) == "casei":
            return self._caseless(op, _uncased(one), _uncased(other))
        found = self._property(one)
        if found.kind is Kind.MOMENT:
            return Where({found.path: compared(op, time_of(other))})
        if op not in ("=", "<>") and found.kind not in ORDERED:
            raise Unsupported(f"{found.name} has no order.")
        wanted = _value(found, other)
        narrowed = {found.facet: wanted} if op == "=" and found.facet else {}
        condition = {"$nin": [wanted, None]} if op == "<>" else {OPERATORS[op]: wanted}
        return Where({found.path: {**_guard(found), **condition}}, facets=narrowed)

    def _caseless(self, op: str, one: Any, other: Any) -> Where:
        found = self._text(one)
        if op not in ("=", "<>"):
            raise Unsupported("CASEI is for =, <>, IN and LIKE.")
        pattern = {"$regex": rf"\A{re.escape(_value(found, other))}\z", "$options": "i"}
        return Where({found.path: pattern if op == "=" else {"$not": pattern, **_guard(found)}})

    def _null(self, _: str, args: list[Any], negated: bool) -> Where:
        if _only(args) == {"property": GEOMETRY}:
            return self._spatial("isnull", Shape(), negated)
        found = self._property(_only(args))
        return Where({found.path: _present(found) if negated else _absent(found)})

    def _between(self, _: str, args: list[Any], negated: bool) -> Where:
        if len(args) != 3:  # noqa: PLR2004 - what, from, to
            raise Unsupported("BETWEEN takes a property and two values.")
        what, low, high = args
        parts = [{"op": ">=", "args": [what, low]}, {"op": "<=", "args": [what, high]}]
        return self._joined("and", parts, negated, 0)

    def _in(self, _: str, args: list[Any], negated: bool) -> Where:
        what, values = _two(args)
        if not isinstance(values, list) or not values:
            raise Unsupported("IN takes a property and a list of values.")
        if _op(what) == "casei" or self._property(what).kind is Kind.MOMENT:
            return self._joined("or", [{"op": "=", "args": [what, value]} for value in values], negated, 0)
        found = self._property(what)
        wanted = [_value(found, value) for value in values]
        return Where({found.path: {"$nin": [*wanted, None]} if negated else {"$in": wanted}})

    def _like(self, _: str, args: list[Any], negated: bool) -> Where:
        what, pattern = _two(args)
        caseless = _op(what) == "casei" or _op(pattern) == "casei"
        found = self._text(_uncased(what))
        liked = {"$regex": _pattern(_uncased(pattern)), "$options": "is" if caseless else "s"}
        return Where({found.path: {"$not": liked, **_guard(found)} if negated else {**liked, **_guard(found)}})

    def _list(self, op: str, args: list[Any], negated: bool) -> Where:
        what, values = _two(args)
        found = self._property(what)
        if found.kind is not Kind.TEXTS or not isinstance(values, list) or not values:
            raise Unsupported(f"{op.upper()} takes a property that is a list, and a list of values.")
        wanted = [_value(found, value) for value in values]
        if op == "a_overlaps":
            return Where({found.path: {"$nin" if negated else "$in": wanted}})
        if negated:
            return Where({found.path: {"$not": {"$all": wanted}}})
        return Where({found.path: {"$all": wanted}}, facets={found.facet: wanted[0]} if found.facet else {})

    # Space and time

    def _in_space(self, op: str, args: list[Any], negated: bool) -> Where:
        one, other = _two(args)
        if not _names_property(one):
            one, other, op = other, one, TURNED_SPATIAL.get(op, op)
        if not _names_property(one) or one.get("property") != GEOMETRY:
            raise Unsupported("A spatial predicate compares the property geometry with a geometry.")
        return self._spatial(op, self._counted(_shape(other)), negated)

    def _counted(self, shape: Shape) -> Shape:
        self._shapes += 1
        self._positions += sum(1 for _ in shape.positions())
        if self._shapes > SHAPES_MOST:
            raise Unsupported(f"The filter has more than {SHAPES_MOST} geometries.")
        if self._positions > POSITIONS_MOST:
            raise Unsupported(f"The geometries of the filter have more than {POSITIONS_MOST} positions.")
        return shape

    def _in_time(self, op: str, args: list[Any], negated: bool) -> Where:
        one, other = _two(args)
        if not _names_property(one):
            one, other = other, one
            op = {"t_after": "t_before", "t_before": "t_after"}.get(op, op)
        found = self._property(one)
        if found.kind is not Kind.MOMENT:
            raise Unsupported(f"{found.name} is no time.")
        return Where(related(found.path, op, time_of(other), negated))

    # Properties

    def _property(self, node: Any) -> Property:
        if not isinstance(node, dict) or not isinstance(node.get("property"), str):
            raise Unsupported("One side of a comparison is a property, the other a value.")
        if (found := self._queryables.get(node["property"])) is None:
            raise Unsupported(f"{node['property']!r} is not queryable.")
        return found

    def _text(self, node: Any) -> Property:
        found = self._property(node)
        if found.kind not in (Kind.TEXT, Kind.TEXTS):
            raise Unsupported(f"{found.name} is no text.")
        return found


def _call(node: Any) -> tuple[str, list[Any]]:
    if not isinstance(node, dict) or not isinstance(node.get("op"), str) or not isinstance(node.get("args"), list):
        raise Unsupported("The filter is not a condition.")
    return node["op"].lower(), node["args"]


def _op(node: Any) -> str:
    return str(node.get("op", "")).lower() if isinstance(node, dict) else ""


def _only(args: list[Any]) -> Any:
    if len(args) != 1:
        raise Unsupported("This takes one argument.")
    return args[0]


def _two(args: list[Any]) -> tuple[Any, Any]:
    if len(args) != 2:  # noqa: PLR2004
        raise Unsupported("This takes two arguments.")
    return args[0], args[1]


def _uncased(node: Any) -> Any:
    return _only(_call(node)[1]) if _op(node) == "casei" else node


def _names_property(node: Any) -> bool:
    inner = _uncased(node) if _op(node) == "casei" else node
    return isinstance(inner, dict) and isinstance(inner.get("property"), str)


def _value(found: Property, node: Any) -> Any:
    """Return a value that fits a property, or refuse it."""
    match found.kind:
        case Kind.TEXT | Kind.TEXTS if isinstance(node, str):
            return node
        case Kind.WHOLE if isinstance(node, int | float) and not isinstance(node, bool) and abs(node) <= NUMBER_MOST:
            return node
        case Kind.FLAG if isinstance(node, bool):
            return node
    raise Unsupported(f"{found.name} is compared with a value of its kind: {found.element['type']}.")


def _present(found: Property) -> Query:
    """Return what is met by every value but null; an empty text and a list of none are called null too."""
    return {"$gt": ""} if found.kind in (Kind.TEXT, Kind.TEXTS) else {"$ne": None}


def _absent(found: Property) -> Query:
    return {"$not": {"$gt": ""}} if found.kind in (Kind.TEXT, Kind.TEXTS) else {"$eq": None}


def _guard(found: Property) -> Query:
    """Return what keeps an empty text from meeting a condition; a list of none is known not to have a value."""
    return {"$gt": ""} if found.kind is Kind.TEXT else {}


def _pattern(like: Any) -> str:
    r"""Return the regular expression of a pattern.

    ``%`` is any text, ``_`` one character; either is taken as it is behind ``\``. What stands between two ``%`` is
    taken where it is found first, and nowhere else (an atomic group): so it takes as long as the text is, and not that
    to the power of how many there are.
    """
    if not isinstance(like, str) or "\0" in like:
        raise Unsupported("LIKE takes a text.")
    parts: list[str] = [""]
    for sign in re.findall(r"\\.|%+|[^%\\]", like, re.DOTALL):
        if sign[0] == "%":
            parts.append("")
        else:
            parts[-1] += "." if sign == "_" else re.escape(sign[-1])
    if len(parts) > WILDCARDS_MOST + 1:
        raise Unsupported(f"LIKE takes at most {WILDCARDS_MOST} times %.")
    first, *between, last = parts if len(parts) > 1 else (parts[0], "")
    found = "".join(f"(?>.*?{part})" for part in between)
    return rf"\A{first}{found}{'.*' if len(parts) > 1 else ''}{last}\z"


def _shape(node: Any) -> Shape:
    try:
        if isinstance(node, dict) and "bbox" in node:
            return shape_of_box(box_of(node["bbox"]))
        shape = shape_of(node)
        box = bounds(shape)
        if max(abs(box.west), abs(box.east)) > EAST_MOST or max(abs(box.south), abs(box.north)) > NORTH_MOST:
            raise ValueError("it lies beyond the globe")
        return shape
    except (ValueError, TypeError) as error:
        raise Unsupported(f"This geometry is not supported: {error}.") from error
