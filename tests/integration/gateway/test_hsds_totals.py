"""Prove that what a list of HSDS is said to have in all is what it has, however many are counted by one question."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.gateway.directory.documents import facet
from services.gateway.hsds.asked import Asked, ServicesAsked
from services.gateway.hsds.lists import views as lists
from services.gateway.hsds.lists.views import List

SINCE = datetime(2026, 11, 1, tzinfo=UTC)
OTHERS = facet("health")
FIRST = Asked(per_page=1)


@pytest.fixture
def records(database: Database[dict[str, Any]]) -> List:
    """Give a list of twelve, of four names and four times, of which one is older than the others and four are else."""
    collection = database["directory_services"]
    collection.insert_many(
        {
            "_id": f"{number:02}",
            "sort": f"name {number % 4}",
            "modified": SINCE + timedelta(days=number % 4 if number else -1),
            "facets": [facet(), *([OTHERS] if number % 3 == 0 else [])],
            "cell": 1,
        }
        for number in range(12)
    )
    return List(collection)


@pytest.mark.parametrize("step", [1, 3, 4, 11, 12, 50_000])
@pytest.mark.parametrize(
    ("asked", "total"),
    [
        (ServicesAsked(), 12),
        (ServicesAsked(modified_after=SINCE), 11),
        (ServicesAsked(own="health"), 4),
        (ServicesAsked(modified_after=SINCE, own="health"), 3),
    ],
)
def test_all_are_counted_once(
    records: List, monkeypatch: pytest.MonkeyPatch, asked: ServicesAsked, total: int, step: int
):
    monkeypatch.setattr(lists, "STEP", step)

    assert records.total(asked.selection, FIRST, 1) == total


def test_total_is_believed_for_a_while(records: List, database: Database[dict[str, Any]]):
    selection = ServicesAsked().selection
    before = records.total(selection, FIRST, 1)
    database["directory_services"].delete_many({})

    assert (before, records.total(selection, FIRST, 1), records.total(selection, FIRST, 0)) == (12, 12, 0)
