"""Prove how clients are kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chassis import clock
from chassis.errors import Conflict, NotFound
from contracts.policy import Role
from services.gateway.auth.clients import Client
from services.gateway.auth.store import ClientStore

CLI = "operator:cli"


@pytest.fixture
def clients(database) -> ClientStore:
    """Give the store."""
    return ClientStore(database)


def client(id: str = "directorate", **fields) -> Client:  # noqa: A002
    """Return a client."""
    known = {"name": "Qena", "role": Role.OFFICER, "organization": "", "area": "EG29", "secret": "scrypt$…"}
    return Client(id, **{**known, **fields}, created_at=clock.now())


def test_client_is_found_as_it_was_added(clients: ClientStore):
    added = client()
    clients.add(added, CLI)

    assert clients.find("directorate") == added


def test_unknown_client_is_none(clients: ClientStore):
    assert clients.find("nobody") is None


def test_id_is_given_once(clients: ClientStore):
    clients.add(client(), CLI)

    with pytest.raises(Conflict):
        clients.add(client(name="Another"), CLI)


def test_revoked_client_is_not_active(clients: ClientStore):
    clients.add(client(), CLI)
    now = clock.now()

    assert not clients.revoke("directorate", CLI, now).active
    assert clients.revoke("directorate", CLI, now + timedelta(days=1)).revoked_at == now


def test_unknown_client_is_not_revoked(clients: ClientStore):
    with pytest.raises(NotFound):
        clients.revoke("nobody", CLI, clock.now())


def test_clients_are_listed(clients: ClientStore):
    for id_ in ("one", "two"):
        clients.add(client(id_), CLI)

    assert {one.id for one in clients.list()} == {"one", "two"}
