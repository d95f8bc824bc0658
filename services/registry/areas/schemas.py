"""Turn areas into what is answered and published."""

from __future__ import annotations

from typing import Any

from contracts import registry as contract
from services.registry.areas.domain import Area

_AREA = contract.Area()


def record(area: Area) -> dict[str, Any]:
    """Return the whole record as plain JSON types."""
    return _AREA.dump(area)  # type: ignore[no-any-return]
