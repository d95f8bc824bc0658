"""Hold the node that all tests share, a client of each role, and the steps of a case that most tests need."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result
from pymongo.database import Database
from rich.console import Console

from chassis import mongo
from chassis.config import Config
from cli.context import Context
from cli.main import main
from cli.node import Node
from cli.process import wait_until
from contracts.policy import Role
from demo.stage import Stage, lines
from tests.consumers import ALWAYS
from tests.e2e.client import Client, Json
from tests.e2e.people import WORDS, People
from tests.outboxes import events

GOVERNORATE, COUNTY, OTHER_COUNTY = "EG29", "EG2904", "EG2909"
HOME = [32.478, 26.121]
PLACE = {"latitude": 26.12, "longitude": 32.47}
PUBLISHERS = ("registry", "referrals")
DATABASES = (*PUBLISHERS, "notifications", "projector", "gateway")
PATIENCE = 30.0
ENDED = ("completed", "failed", "cancelled")


@dataclass
class World:
    """Hold the node, who calls it, and whom it cares for."""

    node: Node
    stage: Stage
    people: People = field(default_factory=People)
    _clients: list[Client] = field(default_factory=list)
    _databases: dict[str, Database[Json]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Return the address of the API."""
        return self.config.public_url

    @cached_property
    def config(self) -> Config:
        """Return the node's configuration."""
        return self.node.config

    @cached_property
    def administered(self) -> Config:
        """Return the configuration of somebody who may do everything on the broker."""
        return replace(self.config, amqp_url=self.node.broker_url)

    # Who calls

    def client(self, role: Role, *, area: str = "", organization: str = "") -> Client:
        """Make a client of a role."""
        made = self.stage.credentials(f"e2e {role}", role, area=area, organization=organization)
        return self._kept(Client(self.url, made))

    @cached_property
    def operator(self) -> Client:
        """Return who runs the node."""
        return self.client(Role.OPERATOR)

    @cached_property
    def officer(self) -> Client:
        """Return an officer of the whole governorate."""
        return self.client(Role.OFFICER, area=GOVERNORATE)

    @cached_property
    def worker(self) -> Client:
        """Return a case worker of the whole governorate."""
        return self.client(Role.CASE_WORKER, area=GOVERNORATE)

    @cached_property
    def far_worker(self) -> Client:
        """Return a case worker of another county."""
        return self.client(Role.CASE_WORKER, area=OTHER_COUNTY)

    @cached_property
    def far_officer(self) -> Client:
        """Return an officer of another county."""
        return self.client(Role.OFFICER, area=OTHER_COUNTY)

    @cached_property
    def auditor(self) -> Client:
        """Return an auditor."""
        return self.client(Role.AUDITOR)

    @cached_property
    def public(self) -> Client:
        """Return somebody without a token."""
        return self._kept(Client(self.url))

    def association(self, organization: str) -> Client:
        """Make a client of an organization."""
        return self.client(Role.ASSOCIATION, organization=organization)

    def _kept(self, client: Client) -> Client:
        self._clients.append(client)
        return client

    # What stands, and what was sent

    def database(self, service: str) -> Database[Json]:
        """Return a service's database, to look into."""
        if service not in self._databases:
            self._databases[service] = mongo.connect(self.config, service)
        return self._databases[service]

    def texts(self, family: Json) -> list[str]:
        """Return the texts that a family has received."""
        return [line["text"] for line in lines(self.node.texts) if line["destination"] == family["phone"]]

    def mails(self, address: str) -> list[Json]:
        """Return the mails that an address has received."""
        return [line for line in lines(self.node.mails) if address in line["to"]]

    def text_after(self, family: Json, move: Callable[[], Any]) -> tuple[Any, str]:
        """Make a move, and return its answer with the one text that the family receives for it."""
        seen = len(self.texts(family))
        answer = move()
        soon(lambda: len(self.texts(family)) > seen, "a text")
        return answer, self.texts(family)[seen]

    def events(self) -> Iterator[Json]:
        """Yield all that the services have put into their outboxes, published or not."""
        for name in PUBLISHERS:
            yield from events(self.database(name))

    def undelivered(self) -> list[str]:
        """Return each queue and event of which the consumer has not taken note, though it takes note of all."""
        taken = {entry["_id"] for name in DATABASES for entry in self.database(name).inbox.find({}, {"_id": 1})}
        due = {f"{one.queue}:{event['_id']}" for event in self.events() for one in ALWAYS[event["type"]]}
        return sorted(due - taken)

    def settle(self) -> None:
        """Wait until every event has reached every consumer."""
        soon(lambda: not self.undelivered(), "the consumers")

    def run(self, *arguments: str) -> Result:
        """Run ``tashbik`` on the node."""
        context = Context(self.node.home, Console(highlight=False, width=200))
        return CliRunner().invoke(main, arguments, obj=context)

    # Steps of a case

    def organization(self, subject: str = "housing", **changes: Any) -> Json:
        """Register an organization of a name of its own that covers a subject."""
        mark = secrets.token_hex(4)
        fields = {
            "name": f"جمعية الاختبار {mark}",
            "email": f"{mark}@agencies.example",
            "languages": ["ar"],
            "capabilities": [{"subject": subject, "capacity": 50}],
            "locations": [{**PLACE, "area": COUNTY}],
        }
        return self.operator.post("/organizations", fields | changes)

    def family(self, area: str = COUNTY, language: str = "ar", **changes: Any) -> Json:
        """Register a family."""
        found = self.worker.post("/families", self.people.family(area, language, **changes))
        self.people.families.add(found["id"])
        return found

    def need(self, family: Json, subject: str = "housing") -> Json:
        """Register a need of a family."""
        asked = {"subject": subject, "urgency": "high", "point": HOME, "note": WORDS["note"]}
        return self.worker.post(f"/families/{family['id']}/needs", asked)

    def referral(self, organization: str, family: Json | None = None, subject: str = "housing") -> Json:
        """Refer a new need, of a new family if none is given, to an organization."""
        need = self.need(family or self.family(), subject)
        return self.worker.post("/referrals", {"need": need["id"], "organization": organization})

    def complete(self, agency: Client, referral: Json) -> Json:
        """Let an agency accept a referral, serve and complete it."""
        path = f"/referrals/{referral['id']}"
        agency.post(f"{path}/accept")
        agency.post(f"{path}/report-service", {"description": WORDS["service"], "quantity": 3})
        return agency.post(f"{path}/complete", {"outcome": "successful"})

    def bring_in(self, name: str, content: bytes, **form: str) -> Json:
        """Import a file as the operator, and return the import once it has ended."""
        started = self.operator.post("/imports", files={"file": (name, content)}, data={"language": "ar", **form})
        path = f"/imports/{started['id']}"
        soon(lambda: self.operator.get(path)["status"] in ENDED, f"the import of {name}")
        return self.operator.get(path)

    def bring_in_file(self, path: Path, **form: str) -> Json:
        """Import a file from disk."""
        return self.bring_in(path.name, path.read_bytes(), **form)

    def close(self) -> None:
        """Close every connection."""
        for client in self._clients:
            client.close()
        for database in self._databases.values():
            database.client.close()


def soon(condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Return once a condition holds, or raise with what was waited for."""
    wait_until(condition, what, seconds, interval=0.05)


@contextmanager
def world_of(node: Node) -> Iterator[World]:
    """Give the world of a node that runs."""
    with Stage(node) as stage:
        world = World(node, stage)
        try:
            yield world
        finally:
            world.close()
