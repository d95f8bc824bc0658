"""Prove that the node's figures tell of no subject's referrals more than is told of the subject."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.gateway.directory import figures

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def published(**accepted: int) -> dict[str, Any]:
    """Return what is published where so many referrals of each subject were accepted and completed."""
    referrals = [{"_id": one, "accepted": number, "completed": number} for one, number in accepted.items()]
    by_subject = dict.fromkeys(("food", "health", "housing", "training"), 1)
    counted = {"kinds": [], "by_area": {}, "by_term": {}, "by_subject": by_subject, "referrals": referrals}
    return figures.published(counted, NOW)


@pytest.mark.parametrize(
    ("accepted", "told"),
    [
        ({"food": 9, "health": 9}, 10),
        ({"food": 4, "health": 4, "housing": 4}, 5),
        ({"food": 3, "health": 3}, None),
        ({"food": 14}, 10),
        ({}, None),
    ],
)
def test_node_betrays_no_subject(accepted: dict[str, int], told: int | None):
    found = published(**accepted)

    assert (found["referrals_accepted"], found["referrals_completed"]) == (told, told)


def test_subject_is_told_by_itself():
    found = published(food=9, health=4)

    assert [found["by_subject"][one]["referrals_accepted"] for one in ("food", "health", "housing")] == [5, None, None]
