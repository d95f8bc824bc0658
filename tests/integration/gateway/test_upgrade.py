"""Prove that a directory as an older version left it is read, and made as this one wants it, by nobody's hand."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import orjson
import pytest
from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from chassis import clock
from chassis.config import Config
from chassis.database import connect, prepare
from chassis.errors import Unavailable
from chassis.indexes import shape
from cli import indexes
from cli.doctor import storage, stuck
from cli.doctor.patient import Patient
from cli.process import wait_until
from services.gateway.directory.form import FORM
from services.gateway.directory.grid import Box
from services.gateway.directory.search.query import Search
from services.gateway.directory.views import Directory
from services.gateway.ogc.collections import ORGANIZATIONS
from services.gateway.ogc.domain import Selection
from tests.integration.cli.doctor.patients import told
from tests.integration.gateway.directories import Projected, located, organization
from tests.parts import Broker, child, fresh_vhost

pytestmark = pytest.mark.slow

Json = dict[str, Any]
MANY = 300
QENA = Box(32.0, 25.5, 33.5, 27.0)
EXCHANGED = ("directory_organizations.facets", "directory_organizations.cell", "directory_services.cell")
DROPPED = ("directory_organizations.expires", "directory_organizations.heard_at", "directory_services.expires")
CELL = IndexModel([("cell", 1), ("_id", 1)], name="cell", partialFilterExpression={"cell": {"$gte": 0}})
EXPIRES = IndexModel([("expires", 1)], name="expires", expireAfterSeconds=0)
LEFT: dict[str, tuple[IndexModel, ...]] = {
    "directory_organizations": (
        IndexModel(
            [(name, ASCENDING) for name in ("facets", "sort", "_id", "organization_type", "international_cooperation")],
            name="facets",
        ),
        *(CELL, EXPIRES, IndexModel([("heard_at", 1)], name="heard_at")),
    ),
    "directory_services": (CELL, EXPIRES),
}
"""Indexes as the version before left them, where this one wants others, or none."""


@dataclass
class Updated:
    """Reach a node of which an older version filled the directory."""

    config: Config
    database: Database[Json]
    logs: Path

    @property
    def shown(self) -> Directory:
        """Return what a process of the API that has just started reads from."""
        return Directory(self.database)

    def exchange(self) -> list[str]:
        """Exchange indexes as a node's start does, and return what it says."""
        said: list[str] = []
        indexes.exchange(self.config.mongo_url, self.config.database_prefix, said.append)
        return said

    def standing(self) -> dict[str, Any]:
        """Return the shapes of all indexes of the gateway's database."""
        return {
            f"{name}.{one['name']}": shape(one)
            for name in self.database.list_collection_names()
            for one in self.database[name].list_indexes()
        }

    def projector(self, name: str = "projector") -> Any:
        """Start a projector of this version."""
        return child(self.config, "-m", "chassis.run", "services.gateway.service:Projector", name=name, log=self.logs)

    def log(self, event: str) -> list[Json]:
        """Return the lines of projectors' logs that tell of an event."""
        lines = [line for file in self.logs.glob("projector*.log") for line in file.read_text().splitlines()]
        return [found for line in lines if line.startswith("{") and (found := orjson.loads(line))["event"] == event]

    def found(self) -> int:
        """Return how many organizations features of Qena's box are."""
        return len(self.shown.ogc.page(ORGANIZATIONS, Selection(box=QENA, limit=2 * MANY)).items)

    def wait_until_renewed(self) -> None:
        """Return when the directory is known to be of this form."""
        there = {"number": FORM}
        wait_until(lambda: self.database["directory_form"].find_one(there) is not None, "the directory renewed", 60)

    def doctor(self) -> str:
        """Return what the doctor finds of the gateway's directory and its indexes."""
        patient = Patient(self.config)
        found = told(storage.indexes, patient).splitlines() + told(stuck.form, patient).splitlines()
        patient.close()
        return "\n".join(line for line in found if "directory" in line)


@pytest.fixture
def updated(config: Config, broker: Broker, tmp_path: Path) -> Iterator[Updated]:
    """Give a node whose directory an older version filled, with owners that run."""
    with ExitStack() as stack:
        vhost = stack.enter_context(fresh_vhost(broker))
        prefix = f"{config.database_prefix}_{secrets.token_hex(3)}"
        logs = {"log_format": "json", "log_level": "info"}
        settings = replace(config, amqp_url=vhost.amqp_url, database_prefix=prefix, **logs)
        registry, gateway = connect(settings, "registry"), connect(settings, "gateway")
        for opened in (registry, gateway):
            stack.callback(opened.client.close)
            stack.callback(opened.client.drop_database, opened.name)
        records = [organization(f"org-{number:04}", locations=located(26.16, 32.72)) for number in range(MANY)]
        registry["records"].insert_many([{"_id": one["id"], "record": one} for one in records])
        filled_before(gateway, records)
        for name in ("Registry", "Referrals"):
            owner = f"tests.integration.gateway.standin:{name}"
            stack.enter_context(child(settings, "-m", "chassis.run", owner, name=name.lower(), log=tmp_path))
        yield Updated(settings, gateway, tmp_path)


def filled_before(gateway: Database[Json], records: list[Json]) -> None:
    """Leave a directory as the version before did: its indexes, and records that bear their point otherwise."""
    older = {
        name: [*(one for one in models if not _newer(name, one)), *LEFT.get(name, ())]
        for name, models in indexes.declared()["gateway"].items()
    }
    del older["directory_form"]
    prepare(gateway, older)
    projected = Projected(gateway)
    projected.organizations(*records)
    projected.age(hours=2)
    before = [{"$set": {"point": ["$position.longitude", "$position.latitude"]}}, {"$unset": "position"}]
    gateway["directory_organizations"].update_many({}, before)
    gateway["directory_form"].drop()
    then = clock.now() - timedelta(hours=2)
    gateway["directory_projectors"].insert_one({"_id": "older:1", "applied_at": then, "event_time": then})


def _newer(collection: str, index: IndexModel) -> bool:
    """Tell whether an index was another, or none, in the version before."""
    left = {one.document["name"] for one in LEFT.get(collection, ())}
    return bool(left) and index.document["name"] in {*left, "expiry"}


def reading(shown: Directory, stopped: Event) -> list[tuple[int, int]]:
    """Read pages until told to stop, and return how many organizations each had."""
    counts = []
    while not stopped.is_set():
        named = len(shown.page(Search(limit=2 * MANY)).items)
        counts.append((named, len(shown.ogc.page(ORGANIZATIONS, Selection(limit=2 * MANY)).items)))
    return counts


def meanwhile(shown: Directory, work: Callable[[], Any]) -> tuple[Any, set[tuple[int, int]]]:
    """Do something while somebody reads; return what that returns, and what was read."""
    stopped = Event()
    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(reading, shown, stopped)
        try:
            done = work()
        finally:
            stopped.set()
        return done, set(reader.result())


def test_indexes_are_exchanged_while_they_are_read(updated: Updated):
    before = updated.standing()

    said, read = meanwhile(updated.shown, updated.exchange)
    after = updated.standing()

    where = updated.database.name
    assert [one for one in EXCHANGED if before[one] == after[one]] == []
    assert [one for one in DROPPED if one in after] == []
    begun = {line.split(",")[0] for line in said if line.startswith("Exchanging")}
    assert begun == {f"Exchanging index {(one.split('.'))[1]} of {where}.{one.split('.')[0]}" for one in EXCHANGED}
    assert sum(line.startswith("Exchanged index") for line in said) == len(EXCHANGED)
    assert read == {(MANY, MANY)}
    assert updated.exchange() == []


def test_directory_is_renewed_once_by_itself(updated: Updated):
    asked = updated.doctor()
    updated.exchange()
    with pytest.raises(Unavailable, match="renewed after an update"):
        updated.found()

    def renew() -> None:
        with updated.projector("projector-1"), updated.projector("projector-2"):
            updated.wait_until_renewed()

    _, read = meanwhile(updated.shown, renew)
    with updated.projector("projector-3"):
        pass

    (rebuild,) = updated.database["directory_rebuilds"].find()
    noted = updated.database["audit"].count_documents({"action": "directory.rebuild_requested"})
    assert (rebuild["status"], rebuild["form"], rebuild["seen"]) == ("done", FORM, MANY)
    assert (noted, len(updated.log("directory_outdated")), len(updated.log("directory_renewed"))) == (1, 1, 1)
    assert read == {(MANY, MANY)}
    assert updated.found() == MANY
    assert "the directory shows records as an older version rendered them" in asked
    assert updated.doctor() == ""


def test_projector_starts_before_indexes_are_exchanged(updated: Updated):
    with updated.projector():
        updated.wait_until_renewed()
        found, named = updated.found(), len(updated.shown.page(Search(limit=2 * MANY)).items)
        faults = updated.doctor()
        updated.exchange()

    differing = {f"{line['collection']}.{line['index']}" for line in updated.log("index_differs")}
    assert (found, named) == (MANY, MANY)
    assert differing == {*EXCHANGED}
    assert faults.count("stands otherwise than declared") == len(EXCHANGED)
    assert faults.count("nothing asks index") == len(DROPPED)
    assert updated.doctor() == ""
