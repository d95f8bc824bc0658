"""Hold what the views of one application work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol, cast

from flask import current_app

from chassis.config import Config
from chassis.health import Health
from chassis.identity import Actor
from contracts.envelope import RpcContract
from services.gateway.auth.credentials import Credentials
from services.gateway.auth.provider import Provider
from services.gateway.auth.tokens import Tokens
from services.gateway.directory.rebuild_store import RebuildStore
from services.gateway.directory.views import Directory
from services.gateway.imports.store import ImportStore
from services.gateway.tiles.views import Tiles

NAME = "tashbik"


class Caller(Protocol):
    """Call the services: chassis's client, or a fake."""

    def call(
        self,
        contract: RpcContract,
        request: dict[str, Any],
        *,
        actor: Actor | None = None,
        key: str = "",
        if_version: int | None = None,
        traceparent: str = "",
    ) -> Any:
        """Return the service's answer as plain JSON types, or raise what it raised."""

    @property
    def connected(self) -> bool:
        """Tell whether the broker is connected."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Hold the parts of one application."""

    config: Config
    rpc: Caller
    directory: Directory
    tiles: Tiles
    rebuilds: RebuildStore
    imports: ImportStore
    credentials: Credentials
    tokens: Tokens
    health: Health
    provider: Provider | None = None


def parts() -> Parts:
    """Return the parts of the application that answers the present request."""
    return cast(Parts, current_app.extensions[NAME])
