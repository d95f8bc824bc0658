"""Wire a registry without its process: what the service class would, on a database of its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pymongo.database import Database
from pymongo.monitoring import CommandListener, CommandStartedEvent

from chassis import clock
from chassis.config import Config
from chassis.identity import Actor
from chassis.ids import new_id
from chassis.mongo import CHASSIS_INDEXES, connect, prepare
from chassis.rpc import Call
from chassis.work import Units
from contracts import registry as contract
from contracts.policy import Scope
from services.registry.areas.desk import put_areas
from services.registry.areas.store import AreaStore, TreeCache
from services.registry.history import desk as history_desk
from services.registry.history.noting import AREA, ORGANIZATION, SERVICE, TERM
from services.registry.history.store import HistoryStore
from services.registry.organizations.desk import Desk
from services.registry.organizations.store import OrganizationStore
from services.registry.reviews.desk import Reviewer
from services.registry.reviews.store import ReviewStore
from services.registry.service import INDEXES
from services.registry.services.desk import ServiceDesk
from services.registry.services.store import ServiceStore
from services.registry.taxonomies.desk import TermDesk
from services.registry.taxonomies.domain import Term
from services.registry.taxonomies.store import Terms, TermStore
from tests.unit.registry.builders import square

OPERATOR = Actor("operator-1", "operator")
OFFICER = Actor("officer-1", "officer", area="EG2901")

QENA = [
    {"id": "EG", "level": "country", "names": {"ar": "مصر", "en": "Egypt"}},
    {"id": "EG29", "level": "governorate", "parent": "EG", "names": {"ar": "قنا", "en": "Qena"}},
    {
        "id": "EG2901",
        "level": "county",
        "parent": "EG29",
        "names": {"ar": "قنا", "en": "Qena"},
        "outline": square(32.7, 26.1, 0.1),
    },
    {
        "id": "EG2902",
        "level": "county",
        "parent": "EG29",
        "names": {"ar": "أبو تشت", "en": "Abu Tesht"},
        "outline": square(32.0, 26.1, 0.1),
    },
    {"id": "EG28", "level": "governorate", "parent": "EG", "names": {"ar": "سوهاج", "en": "Sohag"}},
]


class Commands(CommandListener):
    """Note the names of the commands that are sent to the database."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.names.append(event.command_name)

    def succeeded(self, event: Any) -> None:
        """Let it be."""

    def failed(self, event: Any) -> None:
        """Let it be."""


@dataclass
class House:
    """Hold a registry without its process: stores, units of work, and the tree."""

    database: Database[dict[str, Any]]
    units: Units
    commands: Commands
    trees: TreeCache = field(default_factory=TreeCache)

    @property
    def organizations(self) -> OrganizationStore:
        return OrganizationStore(self.database)

    @property
    def areas(self) -> AreaStore:
        return AreaStore(self.database)

    @property
    def desk(self) -> Desk:
        tree = self.trees.read(self.areas)
        return Desk(self.organizations, self.services, self.history, tree, "EG", Terms(self.terms))

    @property
    def services(self) -> ServiceStore:
        return ServiceStore(self.database)

    @property
    def history(self) -> HistoryStore:
        return HistoryStore(self.database)

    @property
    def service_desk(self) -> ServiceDesk:
        return ServiceDesk(self.services, self.organizations, self.history, "EG", Terms(self.terms))

    @property
    def reviews(self) -> Reviewer:
        return Reviewer(ReviewStore(self.database), self.areas, self.units, lambda: self.desk)

    def review(self, after: timedelta = timedelta(minutes=2)) -> None:
        """Look the register over, as long as that takes, when the tree of areas has rested."""
        self.reviews.turn(clock.now())
        self.reviews.turn(clock.now() + after, seconds=30.0)

    def put_areas(self, areas: list[dict[str, Any]], key: str = "", **came: str) -> list[dict[str, Any]]:
        call = call_of(contract.PUT_AREAS, {"areas": areas, **came}, key=key)
        return self.units.once(call, lambda unit: put_areas(self.areas, self.history, call, unit)).body["results"]

    @property
    def terms(self) -> TermStore:
        return TermStore(self.database)

    @property
    def term_desk(self) -> TermDesk:
        return TermDesk(self.terms, self.history)

    def put_term(self, code: str, english: str = "Dialysis", key: str = "", if_version: int | None = None) -> Term:
        names = {"ar": "غسيل كلوي", "fa": "دیالیز", "en": english}
        call = call_of(contract.PUT_TERM, {"id": code, "names": names}, key=key, if_version=if_version)
        return self.terms.get(self.units.once(call, lambda unit: self.term_desk.put(call, unit)).id)

    def retire_term(self, code: str, if_version: int | None = None) -> Term:
        call = call_of(contract.RETIRE_TERM, {"id": code}, if_version=if_version)
        return self.terms.get(self.units.once(call, lambda unit: self.term_desk.retire(call, unit)).id)

    def register(self, actor: Actor = OPERATOR, key: str = "", **organization: Any) -> str:
        call = call_of(contract.REGISTER_ORGANIZATION, {"organization": organization}, actor, key)
        return self.units.once(call, lambda unit: self.desk.register(call, unit)).id

    def change(
        self, organization_id: str, actor: Actor = OPERATOR, if_version: int | None = None, **fields: Any
    ) -> int:
        request = {"id": organization_id, "organization": fields}
        call = call_of(contract.CHANGE_ORGANIZATION, request, actor, if_version=if_version)
        return self.units.once(call, lambda unit: self.desk.change(call, unit)).version

    def told(self, organization_id: str, actor: Actor = OPERATOR, **page: Any) -> list[dict[str, Any]]:
        call = call_of(contract.GET_ORGANIZATION_HISTORY, {"id": organization_id, **page}, actor)
        return list(history_desk.read(self.history, ORGANIZATION, self.organizations.get, call))

    def told_of_service(self, service_id: str, actor: Actor = OPERATOR) -> list[dict[str, Any]]:
        call = call_of(contract.GET_SERVICE_HISTORY, {"id": service_id}, actor)
        return list(history_desk.read(self.history, SERVICE, self.services.get, call))

    def told_of_area(self, code: str) -> list[dict[str, Any]]:
        call = call_of(contract.GET_AREA_HISTORY, {"id": code})
        return list(history_desk.read(self.history, AREA, lambda one, _: self.areas.get(one, outline=False), call))

    def told_of_term(self, code: str) -> list[dict[str, Any]]:
        call = call_of(contract.GET_TERM_HISTORY, {"id": code})
        return list(history_desk.read(self.history, TERM, lambda one, _: self.terms.get(one), call))

    def remove(self, organization_id: str) -> int:
        call = call_of(contract.REMOVE_ORGANIZATION, {"id": organization_id})
        return self.units.once(call, lambda unit: self.desk.remove(call, unit)).version

    def register_service(self, organization_id: str, actor: Actor = OPERATOR, key: str = "", **service: Any) -> str:
        request = {"organization_id": organization_id, "service": {"name": "علاج شهري", **service}}
        call = call_of(contract.REGISTER_SERVICE, request, actor, key)
        return self.units.once(call, lambda unit: self.service_desk.register(call, unit)).id

    def change_service(
        self, service_id: str, actor: Actor = OPERATOR, if_version: int | None = None, **fields: Any
    ) -> int:
        call = call_of(contract.CHANGE_SERVICE, {"id": service_id, "service": fields}, actor, if_version=if_version)
        return self.units.once(call, lambda unit: self.service_desk.change(call, unit)).version

    def remove_service(self, service_id: str, actor: Actor = OPERATOR, if_version: int | None = None) -> int:
        call = call_of(contract.REMOVE_SERVICE, {"id": service_id}, actor, if_version=if_version)
        return self.units.once(call, lambda unit: self.service_desk.remove(call, unit)).version

    def put_services(
        self, rows: list[dict[str, Any]], batch: str = "import-1", number: int = 0, actor: Actor = OPERATOR
    ) -> list[dict[str, Any]]:
        request = {"import": batch, "number": number, "source": "moss", "rows": rows}
        call = call_of(contract.PUT_SERVICES, request, actor)
        desk = self.service_desk
        read = desk.read_rows(call)
        return self.units.once(call, lambda unit: desk.put(call, read, unit)).body["results"]

    def put(
        self,
        rows: list[dict[str, Any]],
        batch: str = "import-1",
        number: int = 0,
        actor: Actor = OPERATOR,
        key: str = "",
    ) -> list[dict[str, Any]]:
        request = {"import": batch, "number": number, "source": "moss", "rows": rows}
        call = call_of(contract.PUT_ORGANIZATIONS, request, actor, key)
        desk = self.desk
        read = desk.read_rows(call)
        return self.units.once(call, lambda unit: desk.put(call, read, unit)).body["results"]

    def try_out(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        request = {"import": "import-1", "number": 0, "source": "moss", "rows": rows, "dry_run": True}
        call = call_of(contract.PUT_ORGANIZATIONS, request)
        desk = self.desk
        read = desk.read_rows(call)
        return self.units.do(OPERATOR, lambda unit: desk.try_out(call, read, unit))["results"]

    def count(self, collection: str) -> int:
        return self.database[collection].count_documents({})


def call_of(
    kind: Any, request: dict[str, Any], actor: Actor = OPERATOR, key: str = "", if_version: int | None = None
) -> Call:
    """Return a call as the service's server makes it."""
    return Call(
        kind.request().load(request),
        actor,
        Scope(area=actor.area, organization=actor.organization),
        clock.now() + timedelta(seconds=20),
        kind.name,
        key or new_id(),
        if_version,
    )


def changes(version: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """Return of each change the field, what it was and what it is."""
    return [(one["field_name"], one["previous_value"], one["replacement_value"]) for one in version["changes"]]


def steps(told: list[dict[str, Any]]) -> list[tuple[int, str, str]]:
    """Return of each version that a history tells its number, what was done, and by whom."""
    return [(one["version"], one["last_action_type"], one["updated_by"]) for one in told]


@contextmanager
def ground_at(config: Config) -> Iterator[tuple[Database[dict[str, Any]], Commands]]:
    """Give a database as a registry has it at its start, and what notes the commands that are sent to it."""
    commands = Commands()
    own = connect(config, f"registry{secrets.token_hex(3)}", event_listeners=[commands])
    prepare(own, {**CHASSIS_INDEXES, **INDEXES})
    try:
        yield own, commands
    finally:
        own.client.drop_database(own.name)
        own.client.close()
