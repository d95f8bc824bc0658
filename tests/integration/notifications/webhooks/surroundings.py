"""Be the registry and the gateway around a notifications service that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chassis.amqp import Publisher
from chassis.config import Config
from chassis.identity import Actor
from chassis.ids import new_id
from chassis.mongo import CHASSIS_INDEXES, connect, prepare
from chassis.outbox import OutboxRelay
from chassis.rpc_client import connect as connect_client
from chassis.work import Units, event_seal
from cli.process import wait_until
from contracts import registry
from contracts import webhooks as contract
from tests.integration.notifications.house import NOTIFICATIONS
from tests.parts import child
from tests.unit.notifications.webhooks.builders import ORGANIZATION

OPERATOR = Actor("operator-1", "operator")


class Surroundings:
    """Be the registry and the gateway around the service."""

    def __init__(self, config: Config, folder: Path) -> None:
        """Connect."""
        self.config, self.folder = config, folder
        self.registry, self.database = connect(config, "registry"), connect(config, "notifications")
        prepare(self.registry, CHASSIS_INDEXES)
        self._units = Units(self.registry, node="qena", service="registry", seal=event_seal(config))
        self._publisher = Publisher(config.amqp_url)
        self._relay = OutboxRelay(self.registry, self._publisher, registry.EVENTS)
        self._client = connect_client(config, "gateway")

    def close(self) -> None:
        """Disconnect."""
        self._client.stop()
        self._publisher.close()
        self.registry.client.close()
        self.database.client.close()

    def service(self, name: str = "notifications", **extra: str) -> Any:
        """Run the service."""
        return child(self.config, *NOTIFICATIONS, name=name, log=self.folder, extra=extra)

    def call(self, asked: Any, key: str = "", **request: Any) -> Any:
        """Call the service for an operator."""
        return self._client.call(asked, request, actor=OPERATOR, key=key or (new_id() if asked.changes else ""))

    def subscribed(self, url: str) -> dict[str, Any]:
        """Make a webhook."""
        fields = {"url": url, "event_types": [ORGANIZATION]}
        return dict(self.call(contract.CREATE_WEBHOOK, webhook=fields))

    def happens(self, count: int = 1) -> list[str]:
        """Publish that organizations were removed, and return the events' ids."""

        def emit(unit: Any) -> str:
            gone = {"id": new_id(), "removed": True}
            return str(unit.emit(registry.ORGANIZATION_CHANGED, subject=gone["id"], version=2, payload=gone))

        events = [self._units.do(OPERATOR, emit) for _ in range(count)]
        self._relay.pass_once()
        return events

    def until_delivered(self, webhook: dict[str, Any], count: int = 1) -> None:
        """Return once so many deliveries of a webhook have been made, and noted."""
        done = {"webhook": webhook["id"], "status": "delivered"}
        deliveries = self.database["webhook_deliveries"]
        wait_until(lambda: deliveries.count_documents(done) >= count, "the deliveries", 40)
