"""Limit how often one may call, counted in fixed windows by the ``limits`` library.

Reads are counted in the memory of each process: those of what is public by address, since a token is not looked at
there, all others by client. Changes, which are rare and cost more, are counted in MongoDB for all processes together,
by client; token requests there too, by address. While the database is away they are counted in memory. An address is
what :mod:`services.gateway.addresses` makes of it. Probes of health are not counted: a load balancer's share an address
with whatever else comes through it.

What no view answers is counted by address as well: as reads a path that there is not, and a body for which there was no
place; and by themselves bodies that were too slow, so that of an address that goes on with them the next is refused
unread.

The library is used as it is and not through Flask-Limiter: see ``docs/decisions/0006-limits-without-flask-limiter.md``.
"""

from __future__ import annotations

import math
import time
from typing import Any

from flask import Flask, g, request
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from chassis.config import Config
from chassis.logs import get_logger
from services.gateway.auth.guard import READS, Operation
from services.gateway.problems import Refused

NAME = "tashbik.limits"
COUNTED = "tashbik.counted"
"""Where the server says, in a request's environment, that it has counted it already."""

TOKEN_OPERATION = "gateway.token"  # noqa: S105 - the name of an operation
SEARCH_OPERATION = "gateway.directory"  # a read, also where it is asked for by POST
UNCOUNTED = frozenset({"health.live", "health.ready"})
NOWHERE = "nowhere"
PATIENCE_MS = 2_000
READY = 4  # connections that are kept open to count changes
LOOK_AGAIN = 10.0  # seconds after which a database that was away is asked again

log = get_logger()


def register(app: Flask, config: Config, storage: str | None = None) -> None:
    """Limit every request of the application; ``storage`` counts changes elsewhere than in the node's MongoDB.

    Call it after the guard, which finds out who calls.
    """
    limits = app.extensions[NAME] = Limits(config, storage or config.mongo_url)
    app.before_request(limits.check)


class Limits:
    """Count the requests that one application answers. Thread-safe."""

    def __init__(self, config: Config, storage: str) -> None:
        """Take the rates, and where changes are counted."""
        self._reads = parse(config.public_rate)
        self._changes = parse(config.write_rate)
        self._tokens = parse(config.token_rate)
        self._memory = FixedWindowRateLimiter(MemoryStorage())
        self._shared = FixedWindowRateLimiter(_storage(config, storage))
        self._away_until = 0.0

    def check(self) -> None:
        """Count the present request, or refuse it with how long to wait."""
        if request.endpoint in UNCOUNTED or COUNTED in request.environ:
            return
        caller = g.actor.id or request.remote_addr or NOWHERE
        if request.endpoint is None:
            self.count(caller)
            return
        operation: Operation = g.operation
        if request.method in READS or operation.name == SEARCH_OPERATION:
            self._hit(self._memory, self._reads, "reads", caller)
        elif operation.name == TOKEN_OPERATION:
            self._hit_shared(self._tokens, "tokens", caller)
        else:
            self._hit_shared(self._changes, "changes", caller)

    def count(self, address: str) -> None:
        """Count a public read that may be answered without a view, or refuse it."""
        self._hit(self._memory, self._reads, "reads", address)

    def admit(self, address: str) -> None:
        """Refuse a body, before it is read, of an address of which too many were too slow."""
        if not self._memory.test(self._tokens, "bodies", address):
            raise _too_many(self._memory, self._tokens, "bodies", address, Connection="close")

    def noted(self, refusal: Refused, address: str) -> Refused:
        """Count a body that was refused, and return why it was: for what we were told, or as one too many."""
        if refusal.kind == "too_slow":
            self._memory.hit(self._tokens, "bodies", address)
        elif not self._memory.hit(self._reads, "reads", address):
            return _too_many(self._memory, self._reads, "reads", address, Connection="close")
        return refusal

    def _hit_shared(self, rate: RateLimitItem, what: str, caller: str) -> None:
        if time.monotonic() >= self._away_until:
            try:
                return self._hit(self._shared, rate, what, caller)
            except StorageError as error:
                self._away_until = time.monotonic() + LOOK_AGAIN
                log.warning("rates_counted_in_memory", error=type(error.__cause__ or error).__name__)
        return self._hit(self._memory, rate, what, caller)

    def _hit(self, limiter: FixedWindowRateLimiter, rate: RateLimitItem, what: str, caller: str) -> None:
        if not limiter.hit(rate, what, caller):
            raise _too_many(limiter, rate, what, caller)


def _too_many(limiter: FixedWindowRateLimiter, rate: RateLimitItem, what: str, caller: str, **headers: str) -> Refused:
    wait = limiter.get_window_stats(rate, what, caller).reset_time - time.time()
    return Refused("too_many", Retry_After=str(max(1, math.floor(wait))), **headers)


def _storage(config: Config, storage: str) -> Storage:
    return storage_from_string(storage, wrap_exceptions=True, **_options(config, storage))  # type: ignore[return-value]


def _options(config: Config, storage: str) -> dict[str, Any]:
    if not storage.startswith("mongodb"):
        return {}
    return {
        "database_name": config.database("gateway"),
        "counter_collection_name": "rates",
        "window_collection_name": "rate_windows",
        "serverSelectionTimeoutMS": PATIENCE_MS,
        "minPoolSize": READY,
        "w": 1,
    }
