"""Count figures of areas and find gaps, as the projector does, and read them as a caller does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from services.gateway.directory.coverage.counting import Counting
from services.gateway.directory.coverage.schemas import Gaps
from services.gateway.directory.coverage.store import CoverageStore
from services.gateway.directory.views import Directory
from tests.integration.gateway.directories import Projected

Json = dict[str, Any]
Count = Callable[[], dict[str, Json]]
CENTRE_OF_QUS = [32.76, 25.91]
UP = {"EG": "", "EG29": "EG", "EG2901": "EG29", "EG2905": "EG29"}
"""The country, a governorate and two counties: by its code, what each lies in."""


def the_counting(projected: Projected, shown: Directory, clock: Callable[[], float] = lambda: 0.0) -> Counting:
    """Return what counts; nothing takes any time."""
    return Counting(shown, projected.store, shown.coverage, CoverageStore(projected.database), clock)


def gaps(shown: Directory, subject: str | None = None, area: str = "", limit: int = 50) -> list[Json]:
    """Return gaps as a caller sees them."""
    found = shown.coverage.gaps(subject, area, limit) or {}
    items = [orjson.loads(one["body"]) for one in found["items"]]
    assert not Gaps().validate({"as_of": None, "items": items})
    return items
