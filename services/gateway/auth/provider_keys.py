"""Keep the public keys of an identity provider, and ask for them as seldom as may be.

::

    key is known ────────────────────────▶ used; older than REFRESH: asked for again, and nobody waits
    key is unknown ─▶ asked for again, at most once in PAUSE ─▶ up to WAITING callers wait for PATIENCE

One thread asks, never the callers', so a provider that is away or slow holds none of them for longer than that, and a
flood of unknown keys is one question in :data:`PAUSE`. While the provider is away the keys of its last answer hold, for
:data:`KEPT` at most.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.util import urlsafe_b64decode

from chassis.errors import Unavailable
from chassis.logs import get_logger
from services.gateway.auth.discovery import ProviderError

REFRESH = 600.0
KEPT = 24 * 3600.0
PAUSE = 10.0
PATIENCE = 3.0
WAITING = 4
MOST_KEYS = 100
LEAST_RSA_BITS = 2048

AnyKey = RSAKey | ECKey | OKPKey
Json = dict[str, Any]
KINDS: dict[tuple[str, str], tuple[type[AnyKey], tuple[str, ...], frozenset[str]]] = {
    ("RSA", ""): (RSAKey, ("kty", "n", "e"), frozenset({"RS256", "PS256"})),
    ("EC", "P-256"): (ECKey, ("kty", "crv", "x", "y"), frozenset({"ES256"})),
    ("OKP", "Ed25519"): (OKPKey, ("kty", "crv", "x"), frozenset({"EdDSA", "Ed25519"})),
}
"""What a key may be: its type and curve, its public members, and the algorithms that it may sign by."""

log = get_logger()


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Hold one key, and the algorithms that it may sign by."""

    key: AnyKey
    algorithms: frozenset[str]


class ProviderKeys:
    """Find keys by their ids. Thread-safe."""

    def __init__(self, ask: Callable[[], Json], clock: Callable[[], float] = time.monotonic) -> None:
        """Take who asks the provider for its JWK set, and what measures time. Nobody is asked yet."""
        self._ask = ask
        self._clock = clock
        self._kept: dict[str, PublicKey] = {}
        self._kept_at = self._asked_at = float("-inf")
        self._away = False
        self._look: threading.Event | None = None
        self._lock = threading.Lock()
        self._waiting = threading.BoundedSemaphore(WAITING)

    def find(self, kid: str) -> PublicKey | None:
        """Return the key of an id, or None where the provider has none such.

        Raises :class:`Unavailable` for a key that is not known while the provider does not answer.
        """
        known = self._held(kid)
        if known is not None and self._clock() < self._kept_at + REFRESH:
            return known
        look = self._begin()
        if known is None and look is not None:
            self._wait(look)
            known = self._held(kid)
        if known is None and self._away:
            raise Unavailable("The identity provider does not answer.")
        return known

    def _held(self, kid: str) -> PublicKey | None:
        return self._kept.get(kid) if self._clock() < self._kept_at + KEPT else None

    def _begin(self) -> threading.Event | None:
        """Return the look that is under way, or a new one; None where it is too soon for one."""
        with self._lock:
            now = self._clock()
            if self._look is None and now >= self._asked_at + PAUSE:
                self._asked_at, self._look = now, threading.Event()
                threading.Thread(target=self._read, args=(self._look,), name="provider-keys", daemon=True).start()
            return self._look

    def _wait(self, look: threading.Event) -> None:
        if not self._waiting.acquire(blocking=False):
            raise Unavailable("The identity provider is being asked for its keys.")
        try:
            if not look.wait(PATIENCE):
                raise Unavailable("The identity provider does not answer.")
        finally:
            self._waiting.release()

    def _read(self, look: threading.Event) -> None:
        away = True
        try:
            found = keys_of(self._ask())
            self._kept, self._kept_at, away = found, self._clock(), False
            log.info("provider_keys_read", keys=len(found))
        except ProviderError as error:
            log.warning("provider_away", reason=str(error))
        finally:
            with self._lock:
                self._away, self._look = away, None
            look.set()


def keys_of(jwks: Json) -> dict[str, PublicKey]:
    """Return the keys of a JWK set that tokens may be signed by, by their ids; others are passed over.

    Raises :class:`ProviderError` for what is no JWK set.
    """
    entries = jwks.get("keys")
    if not isinstance(entries, list) or len(entries) > MOST_KEYS:
        raise ProviderError("its answer is no set of keys")
    return dict(_signing(entry for entry in entries if isinstance(entry, dict)))


def _signing(entries: Iterator[Json]) -> Iterator[tuple[str, PublicKey]]:
    for entry in entries:
        kid, use = entry.get("kid"), entry.get("use", "sig")
        kind = KINDS.get((str(entry.get("kty")), str(entry.get("crv", ""))))
        if not isinstance(kid, str) or not kid or use != "sig" or kind is None:
            continue
        importer, members, algorithms = kind
        named = entry.get("alg")
        allowed = algorithms if named is None else algorithms & {named} if isinstance(named, str) else frozenset()
        try:
            if allowed and _strong(entry):
                yield kid, PublicKey(importer.import_key({name: entry[name] for name in members}), allowed)
        except (JoseError, ValueError, KeyError, TypeError, UnsupportedAlgorithm):
            log.warning("provider_key_unread", kind=entry["kty"])


def _strong(entry: Json) -> bool:
    if entry["kty"] != "RSA":
        return True
    return int.from_bytes(urlsafe_b64decode(str(entry["n"]).encode())).bit_length() >= LEAST_RSA_BITS
