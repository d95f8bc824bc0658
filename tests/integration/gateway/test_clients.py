"""Prove how clients are kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
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


def test_rotated_client_has_two_secrets_for_a_while(clients: ClientStore):
    clients.add(client(), CLI)
    now = clock.now()

    rotated = clients.rotate("directorate", "scrypt$new", CLI, now, timedelta(hours=24))

    assert clients.find("directorate") == rotated
    assert rotated.hashes(now) == ("scrypt$new", "scrypt$…")
    assert rotated.hashes(now + timedelta(hours=24)) == ("scrypt$new",)


def test_no_overlap_ends_the_old_secret(clients: ClientStore):
    clients.add(client(), CLI)

    rotated = clients.rotate("directorate", "scrypt$new", CLI, clock.now())

    assert (rotated.former, rotated.former_until) == ("", None)


def test_second_rotation_ends_the_first_secret(clients: ClientStore):
    clients.add(client(), CLI)
    now = clock.now()
    for secret in ("scrypt$second", "scrypt$third"):
        clients.rotate("directorate", secret, CLI, now, timedelta(hours=24))

    assert clients.find("directorate").hashes(now) == ("scrypt$third", "scrypt$second")


def test_revoked_client_is_not_rotated(clients: ClientStore):
    clients.add(client(), CLI)
    clients.revoke("directorate", CLI, clock.now())

    with pytest.raises(Conflict):
        clients.rotate("directorate", "scrypt$new", CLI, clock.now())


def test_rotations_at_once_leave_one_secret(clients: ClientStore):
    clients.add(client(), CLI)

    def rotate(number: int) -> str:
        try:
            return clients.rotate("directorate", f"scrypt${number}", CLI, clock.now()).secret
        except Conflict:
            return ""

    with ThreadPoolExecutor(8) as threads:
        rotated = [secret for secret in threads.map(rotate, range(8)) if secret]

    assert clients.find("directorate").secret in rotated


def test_client_of_before_rotation_is_read(clients: ClientStore, database):
    clients.add(client(), CLI)
    database["clients"].update_one({}, {"$unset": {"former": "", "former_until": ""}})

    assert clients.find("directorate").hashes(clock.now()) == ("scrypt$…",)


def test_unknown_client_is_not_rotated(clients: ClientStore):
    with pytest.raises(NotFound):
        clients.rotate("nobody", "scrypt$new", CLI, clock.now())


def test_unknown_client_is_not_revoked(clients: ClientStore):
    with pytest.raises(NotFound):
        clients.revoke("nobody", CLI, clock.now())


def test_clients_are_listed(clients: ClientStore):
    for id_ in ("one", "two"):
        clients.add(client(id_), CLI)

    assert {one.id for one in clients.list()} == {"one", "two"}
