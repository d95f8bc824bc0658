"""Check who a client is, without asking the database or the hash each time.

What is known of a client is kept for :data:`FRESH` seconds, so a revoked one is refused everywhere within that time. A
secret that fitted is remembered, as a digest under a key of this process only, for :data:`REMEMBERED` seconds and only
for as long as the client's hash stays the same. One that did not fit is tried once more on what the database says now,
so a secret that was just made does at once.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from chassis.clock import now as present
from services.gateway.auth.clients import Client, fits, hash_secret

FRESH = 3.0
REMEMBERED = 300.0
MOST = 10_000
MOST_HELD = 2  # secrets of one client


class Clients(Protocol):
    """Find a client by its id: the store, or a fake."""

    def find(self, id: str) -> Client | None:  # noqa: A002 - the field's name
        """Return the client, or None."""


class Credentials:
    """Know clients and their secrets. Thread-safe: a race costs a second look, never a wrong answer."""

    def __init__(
        self,
        clients: Clients,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = present,
    ) -> None:
        """Take where clients are found, what measures time, and what tells it."""
        self._clients = clients
        self._clock = clock
        self._now = now
        self._known: dict[str, tuple[float, Client | None]] = {}
        self._fitted: dict[bytes, float] = {}
        self._key = secrets.token_bytes(32)
        self._nobody = ""

    def active(self, id: str) -> Client | None:  # noqa: A002 - the field's name
        """Return the client where it may call; else None. At most :data:`FRESH` seconds old."""
        until, client = self._known.get(id, (0.0, None))
        if self._clock() >= until:
            client = self._look(id)
        return client if client is not None and client.active else None

    def authenticate(self, id: str, secret: str) -> Client | None:  # noqa: A002 - the field's name
        """Return the client whose secret this is, or None. An unknown id takes as long as a wrong secret."""
        known = self.active(id)
        if self._holds(known, secret):
            return known
        self._look(id)
        fresh = self.active(id)
        return fresh if fresh != known and self._holds(fresh, secret) else None

    def _look(self, id: str) -> Client | None:  # noqa: A002 - the field's name
        client = self._clients.find(id)
        self._make_room(self._known)
        self._known[id] = (self._clock() + FRESH, client)
        return client

    def _holds(self, client: Client | None, secret: str) -> bool:
        """Tell whether the secret is one of the client's. A wrong one takes as long if it has two, one or none."""
        hashes = client.hashes(self._now()) if client else ()
        nobodys = (self._hash_of_nobody(),) * (MOST_HELD - len(hashes))
        return any(self._fits(secret, hashed) for hashed in (*hashes, *nobodys))

    def _fits(self, secret: str, hashed: str) -> bool:
        digest = hashlib.blake2b(f"{hashed}|{secret}".encode(), key=self._key).digest()
        now = self._clock()
        if now < self._fitted.get(digest, 0.0):
            return True
        if not fits(secret, hashed):
            return False
        self._make_room(self._fitted)
        self._fitted[digest] = now + REMEMBERED
        return True

    def _hash_of_nobody(self) -> str:
        self._nobody = self._nobody or hash_secret(secrets.token_urlsafe())
        return self._nobody

    @staticmethod
    def _make_room(cache: dict) -> None:  # type: ignore[type-arg]
        if len(cache) >= MOST:
            cache.clear()
