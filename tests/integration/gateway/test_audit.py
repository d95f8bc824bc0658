"""Prove that the gateway notes who changed what, in the transaction of the change, as the services do."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from chassis import clock
from chassis.errors import Conflict
from chassis.identity import Actor, Seal
from chassis.work import Unit, Units
from contracts.policy import Role
from services.gateway.auth.clients import Client
from services.gateway.auth.store import ClientStore
from services.gateway.directory.rebuild_store import RebuildStore
from services.gateway.imports.domain import Creator
from services.gateway.imports.store import INDEXES, ImportStore

OFFICER = Creator("officer-1", "officer", "directorate", "EG29")
CLI = "operator:cli"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

Json = dict[str, Any]


@pytest.fixture
def imports(database: Database[Json]) -> ImportStore:
    """Give the store of imports."""
    return ImportStore(database)


@pytest.fixture
def clients(database: Database[Json]) -> ClientStore:
    """Give the store of clients."""
    return ClientStore(database)


def client(id: str = "directorate", name: str = "Qena") -> Client:  # noqa: A002
    """Return a client."""
    return Client(id, name, Role.OFFICER, "", "EG29", "scrypt$…", clock.now())


def create(imports: ImportStore, key: str = "", content: bytes = b"a") -> str:
    """Create an import as the officer."""
    made, _ = imports.create(io.BytesIO(content), "a.csv", OFFICER, language="ar", key=key, traceparent=TRACE)
    return made.id


def told(database: Database[Json]) -> list[tuple[str, str, str, str]]:
    """Return who did what to which record, and why, in this order."""
    entries = database["audit"].find().sort([("at", 1), ("_id", 1)])
    return [(one["actor"], one["action"], one["record"], one["why"]) for one in entries]


# Imports


def test_import_names_its_maker(database: Database[Json], imports: ImportStore):
    made = create(imports)

    (entry,) = database["audit"].find()
    assert told(database) == [("officer:officer-1", "import.created", made, "")]
    assert (entry["organization"], entry["traceparent"]) == ("directorate", TRACE)


def test_repeated_import_is_noted_once(database: Database[Json], imports: ImportStore):
    with ThreadPoolExecutor(8) as threads:
        (made,) = set(threads.map(lambda _: create(imports, key="k"), range(8)))

    assert told(database) == [("officer:officer-1", "import.created", made, "")]


def test_cancelling_names_who_cancelled(database: Database[Json], imports: ImportStore):
    made = create(imports)

    imports.cancel(made, Creator("operator-1", "operator"))

    assert told(database)[1:] == [("operator:operator-1", "import.cancelled", made, "")]


def test_import_that_has_ended_is_not_cancelled_again(database: Database[Json], imports: ImportStore):
    made = create(imports)
    imports.cancel(made, OFFICER)

    with pytest.raises(Conflict):
        imports.cancel(made, OFFICER)

    assert [action for _, action, _, _ in told(database)] == ["import.created", "import.cancelled"]


# The directory


def test_rebuild_names_who_asked(database: Database[Json]):
    asked = RebuildStore(database).request(CLI, clock.now())

    assert told(database) == [(CLI, "directory.rebuild_requested", asked["_id"], "")]


def test_rebuild_that_is_open_is_noted_once(database: Database[Json]):
    with ThreadPoolExecutor(8) as threads:
        asked = list(threads.map(lambda _: RebuildStore(database).request(CLI, clock.now()), range(8)))

    assert len({one["_id"] for one in asked}) == len(told(database)) == 1


# Clients


def test_client_names_who_added_and_revoked_it(database: Database[Json], clients: ClientStore):
    clients.add(client(), CLI)
    for _ in range(2):
        clients.revoke("directorate", CLI, clock.now())

    assert told(database) == [
        (CLI, "client.added", "directorate", "officer EG29"),
        (CLI, "client.revoked", "directorate", ""),
    ]


def test_rotation_names_who_rotated(database: Database[Json], clients: ClientStore):
    clients.add(client(), CLI)

    rotated = clients.rotate("directorate", "scrypt$new", CLI, clock.now(), timedelta(hours=24))

    assert rotated.former_until
    why = f"former_until {rotated.former_until.isoformat()}"
    assert told(database)[1:] == [(CLI, "client.secret_rotated", "directorate", why)]
    assert "scrypt" not in str(list(database["audit"].find()))


def test_client_that_is_not_added_leaves_no_trace(database: Database[Json], clients: ClientStore):
    clients.add(client(), CLI)

    with pytest.raises(Conflict):
        clients.add(client(name="Another"), CLI)

    assert len(told(database)) == 1


# The trail


def test_entries_have_the_shape_of_the_services(database: Database[Json], imports: ImportStore):
    def noting(unit: Unit) -> None:
        unit.audit("organization.registered", "org-1", "because")

    Units(database, node="qena", service="registry", seal=Seal(b"k" * 32)).do(Actor("one", "officer"), noting)
    create(imports)

    of_service, of_gateway = database["audit"].find().sort("at", 1)
    assert {name: type(value) for name, value in of_gateway.items()} == {
        name: type(value) for name, value in of_service.items()
    }


def test_trail_is_read_by_its_indexes():
    assert {index.document["name"] for index in INDEXES["audit"]} == {"record", "at", "sealed"}
