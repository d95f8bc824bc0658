"""Ask an identity provider for its public keys: OpenID Connect Discovery 1.0, then its JWK set (RFC 7517).

The provider is trusted to name its keys and nothing else: its answers are bounded in size and time, no redirect is
followed, and what is no TLS is asked on loopback only.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson

from chassis.config import LOOPBACK_HOSTS

WELL_KNOWN = "/.well-known/openid-configuration"
PATIENCE = 3.0  # seconds for each step of an answer
LONGEST = 10.0  # seconds for all of it
MOST = 256 * 1024  # bytes of an answer

Json = dict[str, Any]


class ProviderError(Exception):
    """Say why the provider's keys could not be read. The message quotes nothing that the provider said."""


class Discovery:
    """Find the keys of one issuer. Thread-safe; each look asks anew."""

    def __init__(self, issuer: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the issuer as it is configured, and what measures time."""
        self._issuer = issuer
        self._clock = clock

    def __call__(self) -> Json:
        """Return the issuer's JWK set, or raise :class:`ProviderError`."""
        with self._client() as http:
            found = self._ask(http, self._issuer.rstrip("/") + WELL_KNOWN)
            if found.get("issuer") != self._issuer:
                raise ProviderError("the discovery document names another issuer")
            return self._ask(http, self._address(found.get("jwks_uri")))

    def _client(self) -> httpx.Client:
        remote = urlsplit(self._issuer).scheme == "https"
        context = ssl.create_default_context() if remote else False
        return httpx.Client(verify=context, trust_env=remote, timeout=PATIENCE, follow_redirects=False)

    def _address(self, address: Any) -> str:
        """Return the address of the keys where it is as safe as the issuer's own."""
        try:
            parts = urlsplit(address if isinstance(address, str) else "")
        except ValueError:
            parts = urlsplit("")
        plain_issuer = urlsplit(self._issuer).scheme == "http"
        if parts.scheme == "https" or (plain_issuer and parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS):
            return str(address)
        raise ProviderError("the discovery document names no safe address of keys")

    def _ask(self, http: httpx.Client, address: str) -> Json:
        try:
            with http.stream("GET", address, headers={"Accept-Encoding": "identity"}) as answer:
                if answer.status_code != httpx.codes.OK:
                    raise ProviderError(f"it answered with status {answer.status_code}")
                found = orjson.loads(self._body(answer))
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise ProviderError(f"it cannot be reached ({type(error).__name__})") from error
        except orjson.JSONDecodeError as error:
            raise ProviderError("its answer is no JSON") from error
        if not isinstance(found, dict):
            raise ProviderError("its answer is no JSON object")
        return found

    def _body(self, answer: httpx.Response) -> bytes:
        body, until = bytearray(), self._clock() + LONGEST
        for piece in answer.iter_raw():
            body += piece
            if len(body) > MOST:
                raise ProviderError("its answer is too large")
            if self._clock() > until:
                raise ProviderError("its answer takes too long")
        return bytes(body)
