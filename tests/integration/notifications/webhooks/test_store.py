"""Prove that the stores' queries use indexes, and that what is old goes."""

from __future__ import annotations

import pytest

from chassis import clock


def stages(plan):
    """Return every stage of a query plan."""
    inner = [plan["inputStage"]] if "inputStage" in plan else plan.get("inputStages", [])
    return {plan["stage"]}.union(*(stages(one) for one in inner))


NOON = clock.now()
QUERIES = {
    "webhook_deliveries": [
        {"webhook": "w", "event": "e"},
        {"webhook": "w", "status": "waiting", "due": {"$lte": NOON}},
        {"webhook": "w", "_id": {"$lt": "z"}},
        {"webhook": "w", "status": {"$in": ["failed", "held"]}, "created_at": {"$gte": NOON}},
        {"status": "waiting"},
    ],
    "webhook_lanes": [{"due": {"$lte": NOON}, "lease": {"$lte": NOON}, "rest_until": {"$lte": NOON}}],
    "webhooks": [{"owner": "officer:officer-1", "_id": {"$lt": "z"}}],
}


@pytest.mark.parametrize("name", QUERIES)
def test_query_uses_an_index(station, receiver, name):
    station.subscribed(receiver.url)
    station.happens()

    for query in QUERIES[name]:
        plan = station.database[name].find(query).explain()["queryPlanner"]["winningPlan"]

        assert "COLLSCAN" not in stages(plan), query


@pytest.mark.parametrize("name", ["webhook_deliveries", "webhook_events"])
def test_old_deliveries_are_erased(station, name):
    assert station.database[name].index_information()["erase_at"]["expireAfterSeconds"] == 0
