"""Run a gateway with its registry and projector, and call it as its callers do."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from pymongo.database import Database

from chassis import clock
from chassis.config import Config
from chassis.database import connect
from chassis.identity import Actor
from chassis.ids import new_id
from chassis.work import Units, event_seal
from cli.process import LOOPBACK, Part, answers, free_ports
from cli.roster import api_arguments
from contracts.policy import Role
from contracts.referrals import REFERRAL_CHANGED
from services.gateway.auth.clients import Client, hash_secret
from services.gateway.auth.store import ClientStore
from tests.integration.registry.house import QENA
from tests.parts import ROOT, Broker, Running, child, environment_of, fresh_vhost

Json = dict[str, Any]
RUN = ("-m", "chassis.run")
SECRET = "integration-secret"
CLI = "operator:cli"
WORKERS = 2


@dataclass
class Gateway:
    """Call a running gateway, and reach behind it."""

    config: Config
    http: httpx.Client
    database: Database[Json]
    referrals: Database[Json]
    health_url: str

    def token(self, role: Role) -> str:
        """Return an access token of a client of a role."""
        form = {"grant_type": "client_credentials", "client_id": str(role), "client_secret": SECRET}
        return str(self.http.post("/oauth/token", data=form).raise_for_status().json()["access_token"])

    def bearer(self, role: Role, **headers: str) -> dict[str, str]:
        """Return the headers of a caller."""
        return {"Authorization": f"Bearer {self.token(role)}", **headers}

    def register(self, **fields: Any) -> Json:
        """Register an organization as the operator."""
        body = {"name": f"جمعية {new_id()[-6:]}", "area": "EG2901", **fields}
        answer = self.http.post("/organizations", json=body, headers=self.bearer(Role.OPERATOR))
        return dict(answer.raise_for_status().json())

    def shows(self, id: str, **fields: Any) -> bool:  # noqa: A002
        """Tell whether the directory shows an organization with these values."""
        answer = self.http.get(f"/organizations/{id}")
        return answer.status_code == 200 and all(answer.json()[name] == value for name, value in fields.items())

    def publish(self, *states: Json) -> None:
        """Publish states of referrals, as the referrals service would."""
        units = Units(self.referrals, node="qena", service="referrals", seal=event_seal(self.config))

        def emit(unit: Any) -> None:
            for state in states:
                payload = {name: value for name, value in state.items() if name != "version"}
                unit.emit(REFERRAL_CHANGED, subject=state["id"], version=state["version"], payload=payload)

        units.do(Actor("referrals", "service"), emit)


@contextmanager
def running(config: Config, broker: Broker, folder: Path) -> Iterator[Gateway]:
    """Run a gateway with a virtual host and databases of its own, on Qena's areas."""
    with ExitStack() as stack:
        vhost = stack.enter_context(fresh_vhost(broker))
        port, health = free_ports(2)
        settings = replace(
            config,
            amqp_url=vhost.amqp_url,
            database_prefix=f"{config.database_prefix}_{secrets.token_hex(3)}",
            public_url=f"http://{LOOPBACK}:{port}",
            api_port=port,
            health_port=health,
            token_rate="1000/minute",
        )
        for name, of in (
            ("registry", "services.registry.service:Registry"),
            ("referrals", "tests.integration.gateway.standin:Referrals"),
            ("projector", "services.gateway.service:Projector"),
        ):
            stack.enter_context(child(settings, *RUN, of, name=name, log=folder))
        stack.enter_context(Running(api_of(settings, folder), folder))
        database, referrals = connect(settings, "gateway"), connect(settings, "referrals")
        add_clients(ClientStore(database))
        http = stack.enter_context(httpx.Client(base_url=settings.public_url, timeout=20))
        made = Gateway(settings, http, database, referrals, f"http://{LOOPBACK}:{health}")
        areas = http.post("/areas", json={"areas": QENA}, headers=made.bearer(Role.OPERATOR))
        areas.raise_for_status()
        yield made
        database.client.close()
        referrals.client.close()


def api_of(config: Config, folder: Path) -> Part:
    """Describe the API's processes."""
    (folder / "metrics").mkdir()
    environment = {
        **environment_of(config),
        "PYTHONPATH": f"{ROOT}:{ROOT / 'shared'}",
        "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
    }
    arguments = api_arguments(WORKERS, config.api_host, config.api_port)
    ready = f"http://{LOOPBACK}:{config.api_port}/readyz"
    return Part("api", (sys.executable, *arguments), ready=lambda: answers(ready), environment=environment)


def add_clients(clients: ClientStore) -> None:
    """Add a client of each role."""
    hashed = hash_secret(SECRET)
    for role in (Role.OPERATOR, Role.OFFICER, Role.AUDITOR):
        clients.add(Client(str(role), str(role), role, "", "EG29", hashed, clock.now()), CLI)
