"""Limit how often one may call, by Flask-Limiter.

Reads are counted in the memory of each process: by client where there is a token, else by address. Changes, which are
rare and cost more, are counted in MongoDB for all processes together, by client; token requests there too, by address.
While the database is away they are counted in memory. Probes of health are not counted: a load balancer's share an
address with whatever else comes through it.
"""

from __future__ import annotations

import math
import time
from typing import Any

from flask import Flask, Response, g, request
from flask_limiter import ApplicationLimit, Limiter, RequestLimit

from chassis.config import Config
from services.gateway.auth.guard import READS
from services.gateway.problems import problem

TOKEN_OPERATION = "gateway.token"  # noqa: S105 - the name of an operation
HEALTH = "health"
STORAGE_PATIENCE_MS = 2_000


def register(app: Flask, config: Config, storage: str | None = None) -> None:
    """Limit every request of the application; ``storage`` counts changes elsewhere than in the node's MongoDB."""
    _limiter([ApplicationLimit(config.public_rate, exempt_when=_no_read)], "memory://", {}).init_app(app)
    changes = [
        ApplicationLimit(config.write_rate, scope="changes", exempt_when=_no_change),
        ApplicationLimit(config.token_rate, scope="tokens", exempt_when=_no_token),
    ]
    uri = storage or config.mongo_url
    _limiter(changes, uri, _mongo_options(config) if uri.startswith("mongodb") else {}).init_app(app)


def _limiter(limits: list[ApplicationLimit], storage: str, options: dict[str, Any]) -> Limiter:
    return Limiter(
        _caller,
        application_limits=limits,  # type: ignore[arg-type]
        storage_uri=storage,
        storage_options=options,
        strategy="fixed-window",
        in_memory_fallback_enabled=storage != "memory://",
        on_breach=_refuse,
        headers_enabled=False,
    )


def _mongo_options(config: Config) -> dict[str, Any]:
    return {
        "database_name": config.database("gateway"),
        "counter_collection_name": "rates",
        "window_collection_name": "rate_windows",
        "serverSelectionTimeoutMS": STORAGE_PATIENCE_MS,
        "w": 1,
    }


def _caller() -> str:
    return g.actor.id or request.remote_addr or "nowhere"


def _no_read() -> bool:
    return request.method not in READS or request.blueprint == HEALTH


def _no_change() -> bool:
    return request.method in READS or g.operation.name == TOKEN_OPERATION


def _no_token() -> bool:
    return g.operation.name != TOKEN_OPERATION


def _refuse(breached: RequestLimit) -> Response:
    wait = max(1, math.floor(breached.reset_at - time.time()))
    return problem("too_many", headers={"Retry-After": str(wait)})
