"""Prove what is kept of a client's secret, and how seldom it is asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chassis.errors import Invalid
from contracts.policy import Role
from services.gateway.auth import credentials as module
from services.gateway.auth.clients import check_bounds, fits, hash_secret, new_secret
from services.gateway.auth.credentials import Credentials
from tests.unit.gateway.fakes import SECRET, Clock, FakeClients


def test_hash_fits_its_secret_only():
    secret = new_secret()
    hashed = hash_secret(secret)

    assert fits(secret, hashed)
    assert not fits(new_secret(), hashed)


def test_hash_tells_nothing_of_the_secret():
    secret = new_secret()

    assert secret not in hash_secret(secret)
    assert hash_secret(secret) != hash_secret(secret)


@pytest.mark.parametrize(
    ("role", "organization", "area"),
    [("officer", "", ""), ("case_worker", "x", ""), ("association", "", "EG29"), ("service", "", ""), ("king", "", "")],
)
def test_unbound_client_is_refused(role: str, organization: str, area: str):
    with pytest.raises(Invalid):
        check_bounds(role, organization, area)


def test_operator_needs_no_bounds():
    assert check_bounds("operator", "", "") is Role.OPERATOR


def test_client_is_looked_up_seldom(clients: FakeClients, clock: Clock):
    known = Credentials(clients, clock)

    for _ in range(100):
        known.active("officer")

    assert clients.asked == 1


def test_unknown_client_is_looked_up_seldom(clients: FakeClients, clock: Clock):
    known = Credentials(clients, clock)

    for _ in range(100):
        assert known.active("nobody") is None

    assert clients.asked == 1


def test_client_is_looked_up_again_soon(clients: FakeClients, clock: Clock):
    known = Credentials(clients, clock)
    known.active("officer")

    clock.now += module.FRESH

    known.active("officer")
    assert clients.asked == 2


def test_new_secret_ends_the_old_one(clients: FakeClients, clock: Clock):
    known = Credentials(clients, clock)
    assert known.authenticate("officer", SECRET)

    clients.clients["officer"] = replace(clients.clients["officer"], secret=hash_secret("another"))
    clock.now += module.FRESH

    assert known.authenticate("officer", SECRET) is None
    assert known.authenticate("officer", "another")


def test_new_secret_holds_at_once(clients: FakeClients, clock: Clock):
    known = Credentials(clients, clock)
    assert known.authenticate("officer", SECRET)

    clients.clients["officer"] = replace(clients.clients["officer"], secret=hash_secret("another"))

    assert known.authenticate("officer", "another")
    assert known.authenticate("officer", SECRET) is None


def test_old_secret_holds_for_the_overlap(clients: FakeClients, clock: Clock):
    known = Credentials(clients, clock, now=lambda: datetime.fromtimestamp(clock.now, UTC))
    stands = clients.clients["officer"]
    until = datetime.fromtimestamp(clock.now + 60, UTC)
    clients.clients["officer"] = replace(
        stands, secret=hash_secret("another"), former=stands.secret, former_until=until
    )

    assert known.authenticate("officer", SECRET)
    assert known.authenticate("officer", "another")
    clock.now += 60
    assert known.authenticate("officer", SECRET) is None
    assert known.authenticate("officer", "another")


def test_wrong_secret_is_tried_as_often_as_a_strangers(clients: FakeClients, clock: Clock, monkeypatch):
    tried: list[str] = []
    monkeypatch.setattr(module, "fits", lambda secret, hashed: bool(tried.append(hashed)))
    stands = clients.clients["officer"]
    later = datetime.now(UTC) + timedelta(days=1)
    clients.clients["auditor"] = replace(stands, former=stands.secret, former_until=later)
    known, counts = Credentials(clients, clock), []

    for client in ("nobody", "officer", "auditor"):
        known.authenticate(client, "guessed")
        counts.append(len(tried))
        tried.clear()

    assert counts == [2, 2, 2]


def test_many_strangers_fill_no_memory(clients: FakeClients, clock: Clock):
    known = Credentials(clients, clock)

    for number in range(module.MOST + 5):
        known.active(str(number))

    assert len(known._known) <= module.MOST
