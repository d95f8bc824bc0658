"""Prove that one trace leads from a request to the text that a family receives, and names nobody."""

from __future__ import annotations

import secrets

import pytest

from tests.collector import Collector, Received
from tests.e2e.people import WORDS
from tests.e2e.world import World, soon

WAYS = {
    ("gateway", "POST /referrals", ""),
    ("gateway", "referrals.refer_family", "gateway"),
    ("referrals", "referrals.refer_family", "gateway"),
    ("notifications", "process notifications.on_referral_changed", "referrals"),
    ("notifications", "send sms", "referrals"),
    ("notifications", "referrals.get_recipient", "notifications"),
    ("referrals", "referrals.get_recipient", "notifications"),
}
"""Who measures what, and whose span is the one before it."""


@pytest.fixture(scope="module")
def trace(world: World, collector: Collector, housing: dict[str, str]) -> list[Received]:
    """Refer a family in a trace of our own, and give its spans once the text has come."""
    id_ = secrets.token_hex(16)
    family = world.family()
    need = world.need(family, "housing")
    asked = {"need": need["id"], "organization": housing["id"], "note": WORDS["note"]}
    caller = {"traceparent": f"00-{id_}-{secrets.token_hex(8)}-01"}
    world.text_after(family, lambda: world.worker.post("/referrals", asked, headers=caller))
    soon(lambda: {way[:2] for way in WAYS} <= {(span.service, span.name) for span in collector.of(id_)}, "the spans")
    return collector.of(id_)


def test_trace_leads_to_the_text(trace: list[Received]):
    owners = {span.id: span.service for span in trace}

    assert {(span.service, span.name, owners.get(span.parent, "")) for span in trace} >= WAYS


def test_only_the_first_has_a_stranger_before_it(trace: list[Received]):
    ids = {span.id for span in trace}

    assert [span.attributes["http.route"] for span in trace if span.parent not in ids] == ["/referrals"]


def test_refusal_is_no_fault(world: World, collector: Collector):
    id_ = secrets.token_hex(16)
    caller = {"traceparent": f"00-{id_}-{secrets.token_hex(8)}-01"}

    answer = world.worker.send("GET", "/families/nobody", headers=caller)
    soon(lambda: len(collector.of(id_)) >= 1, "the spans")

    assert answer.status_code == 404
    assert not any(span.failed for span in collector.of(id_))


def test_spans_name_nobody(world: World, collector: Collector, trace: list[Received]):
    people = world.people
    said = people.names | people.addresses | people.numbers | set(WORDS.values())

    shown = "\n".join(f"{span.name} {span.attributes}" for span in collector.spans)

    assert [text for text in said if text in shown] == []
