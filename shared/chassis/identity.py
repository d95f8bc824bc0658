"""Sign and verify who is calling.

Each process has an Ed25519 key of its own and trusts the public keys of its node. A *statement* is a compact JWS (JWT)
by which the signer says on whose behalf it calls::

    {"iss": "gateway", "sub": "<client id>", "role": "case_worker", "organization": "…", "area": "…", "exp": …}

The gateway may state any actor, after it has checked a token, and so may the command line tool, whose key only the
node's administrator can read. Any other service may state itself only: ``role`` is ``service`` and ``sub`` its own
name. A statement lives for :data:`LIFETIME` seconds and is signed once for many calls; verifying one is cached until it
expires, so the cost a call is a dictionary look-up.

Events carry a keyed digest instead (:class:`Seal`), since they may lie in a queue for weeks.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from chassis.errors import Unauthenticated

LIFETIME = 60
ALGORITHM = "Ed25519"
SERVICE_ROLE = "service"
STATES_ANY_ACTOR = ("gateway", "cli")
CACHE_SIZE = 10_000


@dataclass(frozen=True, slots=True)
class Actor:
    """Say who acts. ``organization`` and ``area`` are ids, empty where the actor is bound to none."""

    id: str
    role: str
    organization: str = ""
    area: str = ""

    @property
    def label(self) -> str:
        """Return ``<role>:<id>``, as it stands in events and the audit trail."""
        return f"{self.role}:{self.id}"


class Signer:
    """Sign statements as one service. Thread-safe."""

    def __init__(self, service: str, key: OKPKey, clock: Callable[[], float] = time.time) -> None:
        """Take the service's name and its private key."""
        self.service = service
        self._key = key
        self._clock = clock
        self._cache: dict[Actor, tuple[float, str]] = {}
        self._lock = threading.Lock()

    def itself(self) -> Actor:
        """Return the service as an actor."""
        return Actor(self.service, SERVICE_ROLE)

    def state(self, actor: Actor) -> str:
        """Return a statement for ``actor`` that is valid for at least half of :data:`LIFETIME`."""
        now = self._clock()
        fresh, statement = self._cache.get(actor, (0.0, ""))
        if now < fresh:
            return statement
        claims = {
            "iss": self.service,
            "sub": actor.id,
            "role": actor.role,
            "organization": actor.organization,
            "area": actor.area,
            "iat": int(now),
            "exp": int(now) + LIFETIME,
        }
        statement = jwt.encode({"alg": ALGORITHM, "kid": self.service}, claims, self._key, algorithms=[ALGORITHM])
        with self._lock:
            if len(self._cache) >= CACHE_SIZE:
                self._cache.clear()
            self._cache[actor] = (now + LIFETIME / 2, statement)
        return statement


class Verifier:
    """Verify statements against the public keys of the node. Thread-safe."""

    def __init__(self, trusted: dict[str, OKPKey], clock: Callable[[], float] = time.time) -> None:
        """Take the public key of each service by its name."""
        self._trusted = trusted
        self._clock = clock
        self._cache: dict[str, tuple[float, Actor]] = {}

    def actor(self, statement: str) -> Actor:
        """Return the actor that the statement names.

        Raises :class:`Unauthenticated` for a statement that is missing, malformed, expired, signed by nobody we trust,
        or by a service that states another actor than itself.
        """
        expires, actor = self._cache.get(statement, (0.0, None))
        if actor is not None and self._clock() < expires:
            return actor
        claims = self._claims(statement)
        actor = Actor(str(claims["sub"]), str(claims["role"]), str(claims["organization"]), str(claims["area"]))
        if claims["iss"] not in STATES_ANY_ACTOR and actor != Actor(claims["iss"], SERVICE_ROLE):
            raise Unauthenticated("A service may state itself only.")
        if len(self._cache) >= CACHE_SIZE:
            self._cache.clear()
        self._cache[statement] = (float(claims["exp"]), actor)
        return actor

    def _claims(self, statement: str) -> dict[str, Any]:
        try:
            token = jwt.decode(statement, self._key_of, algorithms=[ALGORITHM])
            claims = token.claims
            if token.header.get("kid") != claims["iss"] or float(claims["exp"]) <= self._clock():
                raise Unauthenticated("The actor statement has expired or names another signer.")
            for name in ("sub", "role", "organization", "area"):
                claims[name]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise Unauthenticated("The call carries no valid actor statement.") from error
        return claims

    def _key_of(self, token: Any) -> OKPKey:
        return self._trusted[token.headers()["kid"]]


class Seal:
    """Seal events with a key that the services of one node share, so that a stranger on the broker cannot forge one."""

    def __init__(self, key: bytes) -> None:
        """Take the node's event key, at least 32 bytes."""
        if len(key) < hashlib.sha256().digest_size:
            raise ValueError("the event key needs at least 32 bytes")
        self._key = key

    def of(self, body: bytes) -> str:
        """Return the digest of a message's body, in hexadecimal."""
        return hmac.digest(self._key, body, "sha256").hex()

    def fits(self, body: bytes, digest: str) -> bool:
        """Tell in constant time whether ``digest`` was made of ``body`` with this key."""
        return hmac.compare_digest(self.of(body), digest)


def private_key(keys: Path, service: str) -> OKPKey:
    """Read ``<keys>/identity/<service>.pem``."""
    return OKPKey.import_key((keys / "identity" / f"{service}.pem").read_bytes())


def trusted_keys(keys: Path) -> dict[str, OKPKey]:
    """Read every ``<keys>/trusted/<service>.pem``."""
    return {path.stem: OKPKey.import_key(path.read_bytes()) for path in sorted((keys / "trusted").glob("*.pem"))}
