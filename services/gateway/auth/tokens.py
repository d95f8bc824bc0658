"""Issue and read access tokens: short-lived JWTs as RFC 9068 has them, signed with Ed25519 (RFC 9864).

::

    header  {"alg": "Ed25519", "typ": "at+jwt", "kid": "<thumbprint of the key>"}
    claims  {"iss": <public url>, "aud": <public url>, "sub": <client>, "client_id": <client>, "iat", "exp", "jti",
             "role", "organization", "area"}

The public key is published as a JWK set, so that other systems of the node may check tokens too.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from chassis.errors import Unauthenticated
from chassis.identity import Actor
from chassis.ids import new_id
from services.gateway.auth.clients import Client

ALGORITHM = "Ed25519"
TYPE = "at+jwt"
LIFETIME = 900
MOST = 10_000
LONGEST = 4096  # characters of a token


class Tokens:
    """Issue tokens and read them back. Thread-safe; a token that was read is remembered until it expires."""

    def __init__(self, key: OKPKey, issuer: str, clock: Callable[[], float] = time.time) -> None:
        """Take the private key, and the address that tokens are issued by and for."""
        self._key = key
        self._kid = key.thumbprint()
        self._issuer = issuer
        self._clock = clock
        self._read: dict[bytes, tuple[float, Actor]] = {}

    def issue(self, client: Client) -> dict[str, Any]:
        """Return a token response (RFC 6749, 5.1) for a client."""
        now = int(self._clock())
        claims = {
            "iss": self._issuer,
            "aud": self._issuer,
            "sub": client.id,
            "client_id": client.id,
            "iat": now,
            "exp": now + LIFETIME,
            "jti": new_id(),
            "role": str(client.role),
            "organization": client.organization,
            "area": client.area,
        }
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": self._kid}
        token = jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])
        return {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME}

    def actor(self, token: str) -> Actor:
        """Return whom the token speaks for. Raises :class:`Unauthenticated` for one that is not valid now."""
        digest = hashlib.blake2b(token.encode(), digest_size=32).digest()
        expires, actor = self._read.get(digest, (0.0, None))
        if actor is None:
            expires, actor = self._verify(token)
            if len(self._read) >= MOST:
                self._read.clear()
            self._read[digest] = (expires, actor)
        if self._clock() >= expires:
            raise Unauthenticated("The token has expired; get a new one.")
        return actor

    def jwks(self) -> dict[str, Any]:
        """Return the public key as a JWK set (RFC 7517)."""
        jwk = self._key.as_dict(private=False)
        return {"keys": [{**jwk, "kid": self._kid, "use": "sig", "alg": ALGORITHM}]}

    def _verify(self, token: str) -> tuple[float, Actor]:
        if len(token) > LONGEST:
            raise Unauthenticated("The token is not valid.")
        try:
            decoded = jwt.decode(token, self._key, algorithms=[ALGORITHM])
            claims, header = decoded.claims, decoded.header
            ours = (header.get("typ"), claims["iss"], claims["aud"]) == (TYPE, self._issuer, self._issuer)
            begins, expires = float(claims.get("nbf", 0)), float(claims["exp"])
            actor = Actor(*(_word(claims[name]) for name in ("sub", "role", "organization", "area")))
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise Unauthenticated("The token is not valid.") from error
        if not ours:
            raise Unauthenticated("The token was issued for something else.")
        if self._clock() < begins:
            raise Unauthenticated("The token is not valid yet.")
        return expires, actor


def _word(claim: Any) -> str:
    if not isinstance(claim, str):
        raise TypeError("the claim is no text")
    return claim


def read_key(path: Path) -> OKPKey:
    """Read the signing key, an Ed25519 private key in PEM."""
    return OKPKey.import_key(path.read_bytes())
