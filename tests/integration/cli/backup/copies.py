"""Fill the databases of a node, look into them, and run the command line on them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from pymongo.database import Database

from chassis import audit, clock
from chassis.config import Config
from chassis.database import connect
from chassis.identity import Actor
from chassis.lease import Lease
from chassis.trail.sealer import Sealer
from chassis.trail.seals import SealingKey
from chassis.work import Units, event_seal
from cli.context import Context
from cli.doctor import storage
from cli.main import main
from contracts.referrals import REFERRAL_CHANGED
from services.notifications.messages.domain import Message, Status
from services.notifications.messages.store import to_document
from tests.integration.gateway.directories import referral
from tests.parts import environment_of

OPENED: dict[str, Database[dict[str, Any]]] = {}


def of(config: Config, service: str) -> Database[dict[str, Any]]:
    """Return a database of a node."""
    name = config.database(service)
    if name not in OPENED:
        OPENED[name] = connect(config, service)
    return OPENED[name]


def happens(config: Config, id_: str = "ref-1") -> str:
    """Leave an event of a referral in the outbox and return its id."""
    return happen_together(config, id_)[0]


def happen_together(config: Config, *ids: str) -> list[str]:
    """Leave an event of each of these referrals in the outbox, as one entry, and return their ids."""
    units = Units(of(config, "referrals"), node="qena", service="referrals", seal=event_seal(config))
    return units.do(
        Actor("test", "service"),
        lambda unit: [
            unit.emit(REFERRAL_CHANGED, subject=id_, version=1, payload=referral(id_, "org-1")) for id_ in ids
        ],
    )


def expiring(config: Config) -> list[tuple[str, str]]:
    """Return by which indexes documents of the referrals' database and the gateway's expire."""
    return [
        (name, index["name"])
        for database in (of(config, "referrals"), of(config, "gateway"))
        for name in database.list_collection_names()
        for index in database[name].list_indexes()
        if "expireAfterSeconds" in index
    ]


def put_message(config: Config, id_: str, status: Status, due: timedelta) -> None:
    """Put a message into a node."""
    now = clock.now()
    message = Message(
        **{"id": id_, "version": 3, "event": id_, "referral": "ref-1", "order": 1, "template": "family_accepted"},
        **{"audience": "family", "channel": "sms", "repeats": True, "created_at": now, "due": now + due},
        status=status,
    )
    of(config, "notifications")["messages"].insert_one(to_document(message))


def everything(config: Config) -> dict[str, list[Any]]:
    """Return all records and the names of all indexes of a node's databases."""
    found = {}
    for service in (*storage.declared(), "gateway"):
        database = of(config, service)
        for name in database.list_collection_names():
            found[f"{service}.{name}"] = list(database[name].find().sort("_id", 1))
            found[f"{service}.{name} indexes"] = sorted(database[name].index_information())
    return found


def note_and_seal(config: Config) -> None:
    """Write three entries into the registry's audit trail, and seal them."""
    trail = of(config, "registry")
    trail["audit"].insert_many([audit.entry("operator:cli", "a.b", "c", at=clock.now()) for _ in range(3)])
    lease = Lease(trail, "audit seals")
    lease.prepare()
    Sealer(trail, "registry", SealingKey.read(config.keys), lease).turn()


def run(config: Config, home: Path, *arguments: str) -> Result:
    """Run ``tashbik`` on a node that is configured by its environment."""
    return CliRunner().invoke(main, arguments, obj=Context(home / "run"), env=environment_of(config))
