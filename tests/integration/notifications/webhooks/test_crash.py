"""Prove that a service that is killed while it sends loses nothing."""

from __future__ import annotations

import signal
from datetime import UTC, datetime

import pytest

from tests.integration.notifications.webhooks.surroundings import Surroundings
from tests.receiver import Receiver


@pytest.mark.slow
def test_killed_sender_sends_again(around: Surroundings, receiver: Receiver):
    """At least once: killed before anything was recorded, with the same `webhook-id` afterwards."""
    with around.service("killed") as running:
        webhook = around.subscribed(receiver.url)
        receiver.answers.append(receiver.hang)
        around.happens()
        receiver.wait_for(1)
        running.kill(sig=signal.SIGKILL)

    past = datetime(2026, 1, 1, tzinfo=UTC)
    around.database["webhook_lanes"].update_many({}, {"$set": {"lease": past, "due": past}})  # the claim has run out
    with around.service("after"):
        around.until_delivered(webhook)

    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
