"""Prove how the history of a case is told."""

from datetime import timedelta

from services.referrals.families import domain as families
from services.referrals.history import entries
from services.referrals.needs import domain as needs
from tests.unit.referrals.builders import NOW, WORKER, a_family, a_need, a_referral


def test_causes_come_first_at_one_moment():
    family, _ = families.register(a_family(), WORKER)
    need, _ = needs.register(a_need(), WORKER)

    told = entries(family, [need], [a_referral()])

    assert [step["kind"] for step in told] == ["family", "consent", "need", "referral"]


def test_steps_are_in_the_order_of_time():
    family, _ = families.register(a_family(), WORKER)
    family, _ = families.change(family, WORKER, NOW + timedelta(days=2), phone="")

    told = entries(family, [], [a_referral("accepted")])

    assert [step["what"] for step in told] == ["registered", "granted", "sent", "accepted", "changed"]
    assert told[-1]["changed"] == ["phone"]
