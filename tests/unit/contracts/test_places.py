"""Prove that who hears of a place from before it had parts takes the record."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from contracts.registry import ORGANIZATION_CHANGED
from services.gateway.api.examples.organizations import ORGANIZATION
from services.gateway.hsds.organizations import rendered

KNOWN = ("id", "name", "address", "latitude", "longitude", "area", "outside_area")


@pytest.fixture
def before() -> dict[str, Any]:
    """Give a record whose place and telephone number say no more than they used to."""
    record = deepcopy(ORGANIZATION)
    record["locations"] = [{name: one[name] for name in KNOWN} for one in record["locations"]]
    record["phones"] = [{name: one[name] for name in ("number", "type")} for one in record["phones"]]
    return record


@pytest.mark.parametrize("name", ["locations", "phones"])
def test_record_from_before_is_taken(before: dict[str, Any], name: str):
    assert ORGANIZATION_CHANGED.schema().load(before)[name] == before[name]


def test_record_from_before_is_rendered(before: dict[str, Any]):
    assert all(rendered(before, {}))
