"""Check who a client is, without asking the database or the hash each time.

What is known of a client is kept for :data:`FRESH` seconds, so a revoked one is refused everywhere within that time. A
secret that fitted is remembered, as a digest under a key of this process only, for :data:`REMEMBERED` seconds and only
for as long as the client's hash stays the same.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from typing import Protocol

from services.gateway.auth.clients import Client, fits, hash_secret

FRESH = 3.0
REMEMBERED = 300.0
MOST = 10_000


class Clients(Protocol):
    """Find a client by its id: the store, or a fake."""

    def find(self, id: str) -> Client | None:  # noqa: A002 - the field's name
        """Return the client, or None."""


class Credentials:
    """Know clients and their secrets. Thread-safe: a race costs a second look, never a wrong answer."""

    def __init__(self, clients: Clients, clock: Callable[[], float] = time.monotonic) -> None:
        """Take where clients are found."""
        self._clients = clients
        self._clock = clock
        self._known: dict[str, tuple[float, Client | None]] = {}
        self._fitted: dict[bytes, float] = {}
        self._key = secrets.token_bytes(32)
        self._nobody = ""

    def active(self, id: str) -> Client | None:  # noqa: A002 - the field's name
        """Return the client where it may call; else None. At most :data:`FRESH` seconds old."""
        now = self._clock()
        until, client = self._known.get(id, (0.0, None))
        if now >= until:
            client = self._clients.find(id)
            self._make_room(self._known)
            self._known[id] = (now + FRESH, client)
        return client if client is not None and client.active else None

    def authenticate(self, id: str, secret: str) -> Client | None:  # noqa: A002 - the field's name
        """Return the client whose secret this is, or None. An unknown id takes as long as a wrong secret."""
        client = self.active(id)
        if not self._fits(secret, client.secret if client else self._hash_of_nobody()):
            return None
        return client

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
