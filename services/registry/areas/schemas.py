"""Turn areas into what is answered and published."""

from __future__ import annotations

from typing import Any

from contracts import registry as contract
from services.registry.areas.domain import Area

PUBLIC = tuple(contract.Area().fields)
_AREA = contract.Area()


def record(area: Area) -> dict[str, Any]:
    """Return the whole record as plain JSON types."""
    return _AREA.dump(area)  # type: ignore[no-any-return]


def as_told(value: Any) -> Any:
    """Return a field's value as the history tells it: names are a list, in which each counts; a point is one value."""
    return list(value) if isinstance(value, tuple) and all(isinstance(one, str) for one in value) else value
