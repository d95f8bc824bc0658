"""Prove the rules of webhooks and deliveries, and the signatures by the vectors of Standard Webhooks."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from standardwebhooks import Webhook as Verifier

from contracts import webhooks as contract
from services.notifications.webhooks import domain
from services.notifications.webhooks.domain import IllegalMove, Outcome, Status, Why
from tests.unit.notifications.webhooks.builders import NOON, SECRET, a_delivery, a_lane, a_webhook

ROOT = Path(__file__).resolve().parents[4]
DATA = Path(os.environ.get("TASHBIK_TEST_DATA", ROOT.parent / "shared" / "data"))
VECTORS = DATA / "api" / "standard-webhooks" / "vectors.json"
OK, BUSY = Outcome(200), Outcome(503)
BODY = '{"organization": "جمعية الرحمة"}'.encode()


def vectors() -> dict:
    """Return the public vectors."""
    if not VECTORS.exists():
        pytest.skip(f"no vectors of Standard Webhooks at {VECTORS}; set TASHBIK_TEST_DATA")
    return json.loads(VECTORS.read_text(encoding="utf-8"))


def test_states_are_the_published():
    assert {status.value for status in Status} == set(contract.STATUSES)


def test_reasons_are_the_published():
    assert {why.value for why in Why} | {""} == {*contract.REASONS, *contract.DELIVERY_REASONS}


# Signatures


def test_signature_is_the_public_vectors():
    for one in vectors()["sign"]:
        signed = domain.signature([one["secret"]], one["id"], one["timestamp"], one["payload"].encode())

        assert signed == one["signature"]


def test_vectors_secrets_without_padding_sign():
    (secrets,) = [one["secrets"] for one in vectors()["accept"] if "secrets" in one]

    for secret in secrets:
        assert domain.signature([secret], "e", 1, BODY) == domain.signature([f"whsec_{secret}"], "e", 1, BODY)


def test_vectors_signatures_are_accepted():
    """Who receives several signatures in one header takes the one that is right."""
    (before,) = [one["signature_list_before"] for one in vectors()["accept"] if "signature_list_before" in one]
    now = datetime.now(UTC)
    signed = domain.signature([SECRET], "msg_1", int(now.timestamp()), BODY)
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(now.timestamp()))}

    assert Verifier(SECRET).verify(BODY, {**headers, "webhook-signature": " ".join([*before, signed])})


def test_known_body_has_known_signature():
    signed = domain.signature([SECRET], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("secret", [SECRET.removeprefix("whsec_"), SECRET.rstrip("=")])
def test_secret_needs_no_prefix_or_padding(secret):
    assert domain.signature([secret], "e", 1, BODY) == domain.signature([SECRET], "e", 1, BODY)


@pytest.mark.parametrize("secrets", [[], [""], ["whsec_"]])
def test_nothing_signs_nothing(secrets):
    with pytest.raises(ValueError, match="secret"):
        domain.signature(secrets, "e", 1, BODY)


@pytest.mark.parametrize("secret", ["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", SECRET])
def test_either_secret_verifies(secret):
    now = int(NOON.timestamp())
    both = domain.signature(["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", SECRET], "0199-e1", now, BODY)

    signed = Verifier(secret).sign("0199-e1", NOON, BODY.decode())

    assert signed in both.split(" ")


def test_secret_is_handed_out_prefixed():
    assert domain.secret_of(bytes(32)) == "whsec_" + "A" * 43 + "="


# Rotation


def test_old_secret_signs_for_a_day():
    webhook = domain.rotated(a_webhook(), "whsec_bmV3", NOON)

    assert webhook.secrets_at(NOON + timedelta(hours=23)) == ("whsec_bmV3", SECRET)
    assert webhook.secrets_at(NOON + timedelta(hours=24)) == ("whsec_bmV3",)


def test_second_rotation_ends_the_first_secret():
    webhook = domain.rotated(domain.rotated(a_webhook(), "whsec_bmV3", NOON), "whsec_bmV3ZXI", NOON)

    assert webhook.secrets_at(NOON) == ("whsec_bmV3ZXI", "whsec_bmV3")


# Changes


def test_nothing_changed_is_same_version():
    webhook = a_webhook()

    assert domain.changed(webhook, {"description": webhook.description}, NOON + timedelta(days=1)) is webhook


def test_enabling_forgets_the_reason():
    gone = domain.disabled(a_webhook(), Why.GONE, NOON)

    again = domain.changed(gone, {"enabled": True}, NOON)

    assert (again.enabled, again.reason, again.version) == (True, "", 3)


def test_disabling_names_the_owner():
    assert domain.changed(a_webhook(), {"enabled": False}, NOON).reason == "owner"


# Attempts


def test_success_delivers():
    delivery = domain.attempted(a_delivery(), OK, NOON, 0.5)

    assert (delivery.status, delivery.attempts, delivery.code, delivery.reason) == (Status.DELIVERED, 1, 200, "")


def test_redirect_is_a_failure():
    assert domain.attempted(a_delivery(), Outcome(302), NOON, 0.5).status is Status.WAITING


def test_failures_follow_the_schedule():
    delivery, pauses = a_delivery(), []

    while delivery.status is Status.WAITING:
        delivery = domain.attempted(delivery, BUSY, NOON, 0.5)
        pauses.append(delivery.due - NOON)

    assert pauses[:-1] == list(domain.SCHEDULE)
    assert (delivery.status, delivery.attempts, delivery.reason) == (Status.FAILED, 10, "status")
    assert timedelta(days=3) < sum(domain.SCHEDULE, timedelta()) < domain.FAILING_DAYS


@pytest.mark.parametrize(("chance", "seconds"), [(0.0, 4), (1.0, 6)])
def test_pause_is_spread(chance, seconds):
    delivery = domain.attempted(a_delivery(), BUSY, NOON, chance)

    assert delivery.due == NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize("outcome", [Outcome(410), Outcome(reason=Why.EXPIRED)])
def test_some_failures_are_final(outcome):
    assert domain.attempted(a_delivery(), outcome, NOON, 0.5).status is Status.FAILED


@pytest.mark.parametrize("status", [Status.FAILED, Status.HELD, Status.DELIVERED])
def test_replay_begins_the_schedule_anew(status):
    again = domain.replayed(a_delivery(status=status, tries=10, attempts=10), NOON)

    assert (again.status, again.tries, again.attempts, again.event) == (Status.WAITING, 0, 10, "0199-e1")


def test_waiting_is_not_replayed():
    with pytest.raises(IllegalMove):
        domain.replayed(a_delivery(), NOON)


@pytest.mark.parametrize("status", [Status.FAILED, Status.HELD, Status.DELIVERED])
def test_ended_is_not_attempted(status):
    with pytest.raises(IllegalMove):
        domain.attempted(a_delivery(status=status), OK, NOON, 0.5)


# Lanes


def test_failing_lane_rests_longer_each_time():
    lane, rests = a_lane(), []

    for _ in range(8):
        lane = domain.served(lane, BUSY, NOON)
        rests.append((lane.rest_until - NOON).total_seconds())

    assert rests == [5, 10, 20, 40, 80, 160, 300, 300]


def test_success_forgets_failures():
    lane = domain.served(domain.served(a_lane(), BUSY, NOON), OK, NOON)

    assert (lane.failures, lane.failing_since) == (0, None)


def test_five_days_of_failures_are_long():
    lane = domain.served(a_lane(), BUSY, NOON)
    lane = domain.served(lane, BUSY, NOON + timedelta(days=4))

    assert not lane.failing_long(NOON + timedelta(days=4))
    assert lane.failing_long(NOON + timedelta(days=5))
