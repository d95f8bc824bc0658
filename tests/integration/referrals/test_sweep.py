"""Prove that the clock escalates and expires each referral once, however many replicas look."""

from datetime import timedelta

import pytest

from chassis import clock, metrics
from chassis.errors import Conflict
from services.referrals import metrics as measured
from services.referrals.referrals.commands import measure, sweep
from services.referrals.service import ITSELF
from tests.integration.referrals.world import IHSAN, World, at_once


def swept(world):
    """Sweep once and return how many referrals moved."""
    return sweep(world.desk, ITSELF, clock.now())


def transitions(world):
    """Return what the events say happened."""
    return [event["data"]["transition"] for event in world.events()]


def test_nothing_is_due_before_the_deadline(world):
    world.referral()

    assert swept(world) == 0


def test_unanswered_referral_is_escalated_once(hasty):
    referral = hasty.referral()

    assert (swept(hasty), transitions(hasty)) == (1, ["sent", "escalated"])
    seen = hasty.call("get_referral", {"id": referral["id"]})
    assert seen["status"] == "sent"
    assert seen["escalated_at"] is not None


def test_escalated_referral_expires(hasty):
    referral = hasty.referral()
    swept(hasty)
    swept(hasty)

    assert transitions(hasty) == ["sent", "escalated", "expired"]
    assert hasty.call("get_need", {"id": referral["need"]})["status"] == "open"
    assert swept(hasty) == 0


def test_next_is_proposed_after_expiry(hasty):
    referral = hasty.referral()
    swept(hasty)
    swept(hasty)

    proposals = hasty.call("propose_agencies", {"need": referral["need"]})

    assert proposals["proposed"][0]["organization"] == "rahma"
    assert proposals["not_proposed"][0]["organization"] == "ihsan"
    assert [reason["code"] for reason in proposals["not_proposed"][0]["reasons"]] == ["expired_before"]


def overdue(world, count=1):
    """Let the deadline of some referrals pass, and not twice the deadline."""
    for _ in range(count):
        world.referral()
    passed = clock.now()
    world.database["referrals"].update_many({}, {"$set": {"deadline": passed, "due": passed}})


def test_escalated_waits_for_twice_the_time(world):
    overdue(world)

    moved = [swept(world), swept(world)]

    assert moved == [1, 0]


@pytest.mark.parametrize("count", [1, 12])
def test_replicas_move_each_once(world, make_desk, count):
    overdue(world, count)
    replicas = [World(make_desk(world.database), world.database) for _ in range(3)]

    moved = at_once(*[lambda replica=replica: swept(replica) for replica in replicas])

    assert sum(moved) == count
    assert transitions(world).count("escalated") == count
    assert world.database["referrals"].count_documents({"version": 2}) == count


def test_accepted_in_time_is_left_alone(hasty):
    referral = hasty.referral()
    hasty.call("accept_referral", {"id": referral["id"]}, IHSAN)

    assert swept(hasty) == 0


def test_answer_meets_expiry(hasty):
    referral = hasty.referral()
    swept(hasty)

    outcomes = at_once(
        lambda: hasty.call("accept_referral", {"id": referral["id"]}, IHSAN),
        lambda: swept(hasty),
    )

    accepted = not isinstance(outcomes[0], Conflict)
    assert outcomes[1] == (0 if accepted else 1)
    assert transitions(hasty)[-1] == ("accepted" if accepted else "expired")
    assert len(transitions(hasty)) == 3


def overdue_now(world):
    """Measure, and return how many referrals are overdue and for how many seconds."""
    measure(world.desk, clock.now())
    return measured.OVERDUE._value.get(), measured.OVERDUE_OLDEST._value.get()


def test_overdue_is_counted_until_swept(world):
    overdue(world, 2)
    world.database["referrals"].update_one({}, {"$set": {"due": clock.now() - timedelta(minutes=9)}})

    count, seconds = overdue_now(world)
    swept(world)

    assert (count, 540 <= seconds < 600) == (2, True)
    assert overdue_now(world) == (0, 0)


def failures():
    """Return how many referrals no sweep could move."""
    return metrics.TIMER_ITEMS_FAILED.labels("referrals.sweep")._value.get()


@pytest.mark.parametrize(
    "wrong",
    [
        {"$set": {"status": "of another world"}},
        {"$set": {"note": b"no ciphertext"}},
        {"$set": {"subject": None}},
        {"$unset": {"history": ""}},
    ],
    ids=["unknown", "undecipherable", "against-contract", "incomplete"],
)
def test_stuck_referral_delays_no_other(hasty, wrong):
    stuck, other = hasty.referral(), hasty.referral()
    hasty.database["referrals"].update_one({"_id": stuck["id"]}, wrong)
    before = failures()

    swept(hasty)

    assert hasty.call("get_referral", {"id": other["id"]})["escalated_at"] is not None
    assert failures() == before + 1


def stick(world, count):
    """Put referrals that no sweep can move before all others."""
    long_ago = clock.now() - timedelta(days=9)
    stuck = [{"_id": f"stuck-{number}", "need": f"n-{number}", "due": long_ago} for number in range(count)]
    world.database["referrals"].insert_many(stuck)


def test_many_stuck_delay_no_other(hasty):
    stick(hasty, 12)
    other = hasty.referral()
    at = clock.now()

    moved = [sweep(hasty.desk, ITSELF, at, at_once=3) for _ in range(5)]

    assert moved == [0, 0, 0, 0, 1]
    assert hasty.call("get_referral", {"id": other["id"]})["escalated_at"] is not None


def test_stuck_is_tried_again_later(hasty):
    stick(hasty, 1)
    start, before = clock.now(), failures()

    for minutes in (0, 0.9, 1.1, 2, 3.2, 8.3, 18.2, 18.4, 28.5):
        sweep(hasty.desk, ITSELF, start + timedelta(minutes=minutes))

    assert failures() - before == 6
    assert overdue_now(hasty)[0] == 1


def test_mended_referral_forgets_its_tries(hasty):
    referral = hasty.referral()
    stored = hasty.database["referrals"]
    broken = stored.find_one_and_update({"_id": referral["id"]}, {"$set": {"note": b"no ciphertext"}})
    swept(hasty)
    waits = stored.find_one({"_id": referral["id"]})
    stored.update_one({"_id": referral["id"]}, {"$set": {"note": broken["note"]}})

    moved = sweep(hasty.desk, ITSELF, clock.now() + timedelta(minutes=1))

    assert (waits["tries"], waits["version"], len(waits["history"])) == (1, 1, 1)
    assert moved == 1
    assert {"again", "tries"} & set(stored.find_one({"_id": referral["id"]})) == set()
