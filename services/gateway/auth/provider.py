"""Take access tokens of an identity provider: JWTs of one issuer, for one audience, signed by one of its keys.

::

    token ─▶ names the issuer? ─▶ key of its kid ─▶ signature ─▶ times, audience, kind ─▶ role and bounds ─▶ actor
                   │ no                │ unknown, or another algorithm than the key's │            │
                   ▼                   ▼                                              ▼            ▼
              one of ours             401, or 503 while the provider is away         401          403

Nothing of a token is believed before its signature, its issuer least of all: the peek only says which keys to try.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, Protocol

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64decode

from chassis import metrics
from chassis.config import Config
from chassis.errors import TashbikError, Unauthenticated
from chassis.identity import Actor
from chassis.logs import get_logger
from services.gateway.auth.claims import ClaimNames, Claims, Pseudonyms, claim_names, pseudonyms_of
from services.gateway.auth.discovery import Discovery
from services.gateway.auth.provider_keys import AnyKey, ProviderKeys, PublicKey

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
SKEW = 30  # seconds by which the provider's clock may be ahead of ours
LONGEST = 8192  # characters of a token
LONGEST_HEADER = 1024
TOLD_AGAIN = 10.0  # seconds until the log says again why tokens are refused; each is counted
TYPES = ("", "jwt", "at+jwt", "application/at+jwt")
ACCESS_TYPES = TYPES[2:]
SCOPES = frozenset({"scope", "scp"})
NOT_OF_ACCESS = frozenset({"nonce", "at_hash", "c_hash", "s_hash", "events"})
"""Claims of ID tokens and logout tokens."""

log = get_logger()


class Keys(Protocol):
    """Find a key of the provider by its id."""

    def find(self, kid: str) -> PublicKey | None:
        """Return the key, or None."""


class _Registry(JWSRegistry):
    """Allow our algorithms, and headers that we do not know; ``crit`` is honoured."""

    max_header_length = LONGEST_HEADER

    def __init__(self) -> None:
        super().__init__(algorithms=ALGORITHMS, strict_check_header=False)

    def get_alg(self, name: str) -> Any:
        """Return an algorithm; without the warning that EdDSA has another name now, since providers use the old one."""
        if name not in ALGORITHMS:
            _refuse("The token is not valid.")
        return self.algorithms[name]


class Provider:
    """Read tokens of one issuer. Thread-safe. Nothing is remembered of a token, so that a key's end is a token's."""

    def __init__(
        self,
        issuer: str,
        audience: str,
        *,
        names: ClaimNames,
        keys: Keys,
        pseudonyms: Pseudonyms,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Take whose tokens, and for whom; how claims are read; and who finds keys."""
        self._issuer = issuer
        self._audience = audience
        self._names = names
        self._keys = keys
        self._pseudonyms = pseudonyms
        self._clock = clock
        self._registry = _Registry()
        self._told: dict[str, float] = {}

    def issued(self, token: str) -> bool:
        """Tell whether a token says that it is this issuer's. Proves nothing."""
        segments = token.split(".", 3)
        if len(token) > LONGEST or len(segments) != 3:  # noqa: PLR2004 - of a signed token
            return False
        try:
            claims = orjson.loads(urlsafe_b64decode(segments[1].encode()))
        except ValueError:
            return False
        return isinstance(claims, dict) and claims.get("iss") == self._issuer

    def actor(self, token: str) -> Actor:
        """Return whom the token speaks for.

        Raises :class:`Unauthenticated` for a token that is not valid now, :class:`Unavailable` while its key cannot be
        had, and :class:`Forbidden` where it gives its bearer nothing at this node.
        """
        signed = False
        try:
            header, claims = self._read(token)
            signed = True
            self._check(claims)
            _check_kind(str(header.get("typ", "")), claims)
            return self._names.actor(claims, self._pseudonyms)
        except TashbikError as error:
            metrics.PROVIDER_TOKENS_REFUSED.labels(error.code).inc()
            if signed:  # whatever else is sent, anybody may have made
                self._tell(error.detail)
            raise

    def _read(self, token: str) -> tuple[Mapping[str, Any], Claims]:
        try:
            read = jwt.decode(token, self._key_of, registry=self._registry)
        except (JoseError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise Unauthenticated("The token is not valid.") from error
        return read.header, read.claims

    def _key_of(self, token: Any) -> AnyKey:
        header = token.headers()
        kid, kind = header.get("kid"), header.get("typ", "")
        if not isinstance(kid, str) or not isinstance(kind, str) or kind.lower() not in TYPES:
            _refuse("The token is not valid.")
        found = self._keys.find(kid)
        if found is None or header["alg"] not in found.algorithms:
            _refuse("The token is not valid.")
        return found.key

    def _tell(self, why: str) -> None:
        now = self._clock()
        if now >= self._told.get(why, 0.0) + TOLD_AGAIN:
            self._told[why] = now
            log.warning("provider_token_refused", why=why)

    def _check(self, claims: Claims) -> None:
        audience = claims.get("aud")
        if claims.get("iss") != self._issuer or self._audience not in (
            audience if isinstance(audience, list) else [audience]
        ):
            _refuse("The token was issued for something else.")
        now = self._clock()
        if now >= _moment(claims, "exp"):
            _refuse("The token has expired; get a new one.")
        if now + SKEW < max(_moment(claims, "iat"), _moment(claims, "nbf", 0.0)):
            _refuse("The token is not valid yet.")


def provider_of(config: Config) -> Provider | None:
    """Return the provider that the configuration names, or None. Asks it for nothing yet."""
    if not config.oidc_issuer:
        return None
    return Provider(
        config.oidc_issuer,
        config.oidc_audience,
        names=claim_names(config),
        keys=ProviderKeys(Discovery(config.oidc_issuer)),
        pseudonyms=pseudonyms_of(config),
    )


def _check_kind(kind: str, claims: Claims) -> None:
    """Refuse what is no access token, as far as it can be told, and one that its bearer would have to prove to be his.

    RFC 9068 says it in the header, Keycloak in a claim ``typ``, others by a scope. Where nobody does, an ID token is
    known by claims that are its own.
    """
    said = claims.get("typ")
    told = kind.lower() in ACCESS_TYPES or said == "Bearer" or not SCOPES.isdisjoint(claims)
    if said not in (None, "Bearer") or (not told and not NOT_OF_ACCESS.isdisjoint(claims)) or "cnf" in claims:
        _refuse("The token is no access token that its bearer may use.")


def _moment(claims: Claims, name: str, default: float | None = None) -> float:
    value = claims.get(name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        _refuse("The token is not valid.")
    return float(value)


def _refuse(detail: str) -> NoReturn:
    raise Unauthenticated(detail)
