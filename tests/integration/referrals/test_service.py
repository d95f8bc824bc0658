"""Prove the service as a process: called over the broker, beside the real registry, in two replicas."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from chassis.config import Config
from chassis.errors import Forbidden
from chassis.identity import Actor
from contracts import referrals
from contracts.policy import Role, reach_of
from contracts.referrals import CALLS, REFERRAL_CHANGED
from tests.integration.referrals.node import Node, node_at
from tests.integration.referrals.world import at_once, codes
from tests.outboxes import envelopes
from tests.parts import Broker, wait_until

REFUSED = [
    (contract, role)
    for contract, role in itertools.product(CALLS, Role)
    if reach_of(contract.name, role) is None and role != Role.SERVICE
]
"""Service itself is left out: the gateway states it for no one."""


@pytest.fixture(scope="module")
def node(config: Config, broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """Give a node for the module."""
    with node_at(config, broker, tmp_path_factory.mktemp("node")) as running:
        yield running


def test_need_is_met_over_the_broker(node):
    referral = node.refer(node.need())

    node.call(referrals.ACCEPT_REFERRAL, {"id": referral["id"]}, node.agency)
    node.call(referrals.REPORT_SERVICE, {"id": referral["id"], "description": "ثلاجة"}, node.agency)
    done = node.call(referrals.COMPLETE_REFERRAL, {"id": referral["id"], "outcome": "successful"}, node.agency)

    assert done["status"] == "completed"
    assert node.transitions(referral) == ["sent", "accepted", "started", "completed"]


def test_real_registry_is_asked(node):
    need = node.need()

    found = node.call(referrals.PROPOSE_AGENCIES, {"need": need["id"]})

    assert {one["organization"] for one in found["proposed"]} == set(node.agencies)
    assert all(one["same_area"] for one in found["proposed"])


def test_replicas_meet_at_one_need(node):
    need = node.need()

    outcomes = at_once(*[lambda agency=agency: node.refer(need, agency) for agency in (0, 1, 0, 1)])

    assert codes(outcomes) == ["need_already_referred"] * 3 + ["ok"]


def test_repeat_at_another_replica_is_one(node):
    need = node.need()

    answers = at_once(*[lambda: node.refer(need, key="one-key")] * 4)

    assert [answer == answers[0] for answer in answers] == [True] * 4
    assert node.transitions(answers[0])[:1] == ["sent"]
    assert node.database["referrals"].count_documents({"need": need["id"]}) == 1


@pytest.mark.parametrize(("contract", "role"), REFUSED, ids=lambda one: getattr(one, "method", one))
def test_role_is_refused(node, contract, role):
    with pytest.raises(Forbidden):
        node.call(contract, {}, Actor("somebody", role, organization="ihsan", area="EG2901"))


def test_unanswered_ends_once_in_two_replicas(node):
    unanswered = [node.refer(node.need()) for _ in range(8)]

    wait_until(lambda: all(node.get(one)["status"] == "expired" for one in unanswered), "expiry", 30)

    assert [node.transitions(one) for one in unanswered] == [["sent", "escalated", "expired"]] * 8


@pytest.mark.parametrize("consumer", REFERRAL_CHANGED.consumers, ids=lambda consumer: consumer.service)
def test_each_consumer_is_sent_every_event(node, consumer):
    wait_until(lambda: not node.database["referrals"].count_documents({"due": {"$exists": True}}), "the clock", 30)
    emitted = {event["id"] for event in envelopes(node.database, {"type": REFERRAL_CHANGED.type})}

    wait_until(lambda: emitted <= node.sent_to(consumer.queue), "the relay", 30)

    assert node.sent_to(consumer.queue, REFERRAL_CHANGED.type) == emitted
