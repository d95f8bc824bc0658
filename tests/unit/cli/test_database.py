"""Prove that the table of who opens which database is what processes do."""

from __future__ import annotations

from pkgutil import resolve_name

import pytest

from chassis.mongo import Mongo
from cli import roster
from cli.database import GATEWAY, OPENS, privileges


def test_every_process_has_a_row():
    assert set(OPENS) == {service.name for service in roster.SERVICES} | {roster.API}


@pytest.mark.parametrize("service", roster.SERVICES, ids=lambda service: service.name)
def test_service_opens_what_it_declares(service: roster.Service):
    declared = [each for each in vars(resolve_name(service.target)).values() if isinstance(each, Mongo)]

    assert set(OPENS[service.name]) == {service.name, *(each.owner for each in declared if each.owner)}


def test_only_the_gateway_shares():
    shared = [name for name in {*sum(OPENS.values(), ())} if sum(name in opened for opened in OPENS.values()) > 1]

    assert shared == [GATEWAY]


def test_privileges_follow_the_prefix():
    resources = [each["resource"] for each in privileges("projector", "qena")]

    assert resources == [{"db": "qena_projector", "collection": ""}, {"db": "qena_gateway", "collection": ""}]


@pytest.mark.parametrize("process", OPENS)
def test_nothing_may_be_dropped(process: str):
    actions = {action for each in privileges(process, "tashbik") for action in each["actions"]}

    assert not [action for action in actions if action.startswith("drop")]
