"""Prove that contracts, policy, topology and documents agree, and that no event of a person's case holds words."""

from __future__ import annotations

import jsonschema_rs
import pytest
from marshmallow import fields
from marshmallow.validate import OneOf

from contracts import asyncapi, notifications, referrals
from contracts.catalogue import CALLS, EVENTS
from contracts.policy import CALLERS, POLICY, Role

IDS = {"id", "organization", "area", "areas", "follows", "family", "need", "referral", "event"}
ABOUT_PEOPLE = (*referrals.EVENTS, *notifications.EVENTS)


def wordy(schema) -> list[str]:
    """Return the fields of a payload that could hold words: texts that are neither ids nor of a fixed choice."""
    return [name for name, field in schema().fields.items() if name not in IDS and _holds_words(field)]


def _holds_words(field) -> bool:
    if isinstance(field, fields.List):
        return _holds_words(field.inner)
    if isinstance(field, (fields.Dict, fields.Nested, fields.Raw)):
        return True
    return isinstance(field, fields.String) and not any(isinstance(rule, OneOf) for rule in field.validators)


@pytest.mark.parametrize("contract", ABOUT_PEOPLE, ids=lambda contract: contract.type)
def test_case_events_hold_no_words(contract):
    assert wordy(contract.schema) == []


def test_every_call_stands_in_the_policy():
    assert [call.name for call in CALLS if call.name not in POLICY] == []


def test_policy_names_only_what_exists():
    calls = {call.name for call in CALLS}

    assert [name for name in POLICY if not name.startswith("gateway.") and name not in calls] == []


@pytest.mark.parametrize("caller", CALLERS)
def test_callers_call_what_they_may(caller):
    persons = {"gateway": set(Role) - {Role.SERVICE}, "cli": {Role.OPERATOR}}

    assert [name for name in CALLERS[caller] if not POLICY[name].keys() & persons.get(caller, {Role.SERVICE})] == []


def test_every_call_has_a_caller():
    called = {name for names in CALLERS.values() for name in names}

    assert {call.name for call in CALLS} == called


def test_public_reaches_only_the_gateway():
    assert [name for name, row in POLICY.items() if Role.PUBLIC in row and not name.startswith("gateway.")] == []


def test_types_and_names_are_unique():
    assert len({event.type for event in EVENTS}) == len(EVENTS)
    assert len({call.name for call in CALLS}) == len(CALLS)


@pytest.mark.parametrize("contract", EVENTS, ids=lambda contract: contract.type)
def test_asyncapi_describes_each_event(contract):
    document = asyncapi.document(EVENTS, title="Tashbik", version="1")

    channel = document["channels"][contract.type]
    operations = [name for name in document["operations"] if name.endswith(contract.type)]
    assert channel["bindings"]["amqp"]["exchange"]["name"] == f"{contract.service}.events"
    assert len(operations) == 1 + len(contract.consumers)


@pytest.mark.parametrize("contract", EVENTS, ids=lambda contract: contract.type)
def test_asyncapi_schema_compiles(contract):
    document = asyncapi.document(EVENTS, title="Tashbik", version="1")

    schema = {
        "$ref": f"#/components/schemas/{asyncapi.name_of(contract)}",
        "components": document["components"],
    }

    assert not jsonschema_rs.validator_for(schema).is_valid({"type": contract.type})
