"""Prove that clients are added, listed and revoked in the gateway's database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from chassis import clock
from chassis.config import Config
from chassis.database import connect
from cli.api import own_credentials
from services.gateway.auth.clients import fits
from services.gateway.auth.store import ClientStore
from tests.integration.cli.conftest import Run


@pytest.fixture
def store(config: Config) -> Iterator[ClientStore]:
    database = connect(config, "gateway")
    with database.client:
        yield ClientStore(database)


def added(run: Run, *options: str) -> tuple[str, str]:
    """Add a client and return its id and secret, as printed."""
    result = run("clients", "add", "Hebron portal", *options)
    assert result.exit_code == 0, result.output
    client_id, secret = (line.split()[1] for line in result.output.splitlines())
    return client_id, secret


def test_secret_is_kept_as_its_hash(run: Run, store: ClientStore):
    client_id, secret = added(run, "--role", "officer", "--area", "EG2901")

    client = store.find(client_id)

    assert client.area == "EG2901"
    assert secret not in client.secret
    assert fits(secret, client.secret)


def test_role_without_its_bound_is_refused(run: Run):
    result = run("clients", "add", "Hebron portal", "--role", "association")

    assert result.exit_code == 1
    assert "This role needs an organization." in result.output


def test_taken_id_is_refused(run: Run):
    added(run, "--role", "auditor", "--id", "court-of-audit")

    result = run("clients", "add", "Another", "--role", "auditor", "--id", "court-of-audit")

    assert result.exit_code == 1
    assert "a client of this id already" in result.output


def test_revoked_client_stays_listed(run: Run):
    client_id, _ = added(run, "--role", "operator", "--id", "left")

    revoked = run("clients", "revoke", client_id)

    assert revoked.exit_code == 0
    assert "left" in run("clients", "list").output


def rotated(run: Run, client_id: str, *options: str) -> str:
    """Rotate a client's secret and return the new one, as printed."""
    result = run("clients", "rotate", client_id, *options)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()[1].split()[1]


@pytest.mark.parametrize(("options", "hours"), [((), 24), (("--overlap", "7d"), 168), (("--overlap", "90m"), 1.5)])
def test_rotation_leaves_the_old_secret_for_a_while(run: Run, store: ClientStore, options: tuple[str], hours: float):
    client_id, secret = added(run, "--role", "auditor")

    new = rotated(run, client_id, *options)

    client = store.find(client_id)
    assert (fits(new, client.secret), fits(secret, client.former)) == (True, True)
    assert abs(client.former_until - clock.now() - timedelta(hours=hours)) < timedelta(minutes=1)
    assert new not in repr(client)


def test_rotation_may_end_the_old_secret_at_once(run: Run, store: ClientStore):
    client_id, _ = added(run, "--role", "auditor")

    rotated(run, client_id, "--overlap", "0")

    assert store.find(client_id).hashes(clock.now()) == (store.find(client_id).secret,)


@pytest.mark.parametrize("overlap", ["31d", "24", "-1h", "soon", "1h30m"])
def test_strange_overlap_is_refused(run: Run, overlap: str):
    client_id, _ = added(run, "--role", "auditor")

    assert run("clients", "rotate", client_id, f"--overlap={overlap}").exit_code == 2


def test_unknown_client_cannot_be_rotated(run: Run):
    assert run("clients", "rotate", "nobody").exit_code == 2


def test_revoked_client_cannot_be_rotated(run: Run):
    client_id, _ = added(run, "--role", "auditor")
    run("clients", "revoke", client_id)

    assert run("clients", "rotate", client_id).exit_code == 1


def test_trail_tells_of_clients(run: Run, config: Config):
    client_id, _ = added(run, "--role", "auditor")
    run("clients", "revoke", client_id)

    with connect(config, "gateway").client as database:
        entries = list(database[config.database("gateway")]["audit"].find({"record": client_id}).sort("at", 1))
    assert [(one["actor"], one["action"], one["why"]) for one in entries] == [
        ("operator:cli", "client.added", "auditor"),
        ("operator:cli", "client.revoked", ""),
    ]


def test_unknown_client_cannot_be_revoked(run: Run):
    assert run("clients", "revoke", "nobody").exit_code == 2


def test_own_client_is_made_anew_once_rotated(run: Run, config: Config, store: ClientStore):
    first = own_credentials(config, store)
    rotated(run, first.client_id)

    second = own_credentials(config, store)

    assert second != first
    assert fits(second.secret, store.find(second.client_id).secret)


def test_own_client_is_made_once(config: Config, store: ClientStore):
    first = own_credentials(config, store)

    assert own_credentials(config, store) == first
    assert fits(first.secret, store.find(first.client_id).secret)
