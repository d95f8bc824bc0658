"""Read from a provider's claims who acts: a role of ours, an area, an organization, and a pseudonym for the person.

What is not said plainly is refused: no role of ours, two of them, an area that cannot be one, a case worker of none.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.config import Config, ConfigError
from chassis.errors import Forbidden, Invalid, Unauthenticated
from chassis.identity import Actor
from contracts.registry.words import AREA_CODE
from services.gateway.auth.clients import ROLES, check_bounds

PREFIX = "oidc-"
DIGITS = 40  # hexadecimal ones of a pseudonym
LONGEST_SUBJECT = 255
PURPOSE = b"tashbik pseudonyms of an identity provider's subjects"
ORGANIZATION_ID = re.compile(r"[A-Za-z0-9._-]{1,100}\Z")

Claims = Mapping[str, Any]


class Pseudonyms:
    """Give persons names that tell nobody who they are: one person always the same, by a key of the node."""

    def __init__(self, issuer: str, event_key: bytes) -> None:
        """Take the issuer, and the node's key, from which one of our own is derived."""
        self._issuer = issuer.encode()
        self._key = hmac.digest(event_key, PURPOSE, "sha256")

    def of(self, subject: str) -> str:
        """Return the pseudonym of a ``sub``: :data:`PREFIX` and :data:`DIGITS` digits."""
        named = self._issuer + b"\0" + subject.encode()
        return PREFIX + hmac.digest(self._key, named, "sha256").hex()[:DIGITS]


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """Say which claims hold what, and which roles may come in them. A dot in a name leads into an object."""

    role: str
    area: str
    organization: str
    roles: frozenset[str]

    def actor(self, claims: Claims, pseudonyms: Pseudonyms) -> Actor:
        """Return who acts. Raises :class:`Forbidden` where the claims give no role of ours, or no bounds for it."""
        role = self._role(claims)
        area = _one(claims, self.area, AREA_CODE)
        organization = _one(claims, self.organization, ORGANIZATION_ID)
        try:
            check_bounds(role, organization, area)
        except Invalid as error:
            raise Forbidden(f"Your token does not say enough. {error.detail}", error.problems) from error
        return Actor(pseudonyms.of(_subject(claims)), role, organization, area)

    def _role(self, claims: Claims) -> str:
        found = [*self.roles.intersection(_texts(_claim(claims, self.role)))]
        if len(found) != 1:
            several = "more than one role" if found else "no role"
            raise _wrong(self.role, f"Your token gives {several} of this node.", "Give one role of this node.")
        return found[0]


def pseudonyms_of(config: Config) -> Pseudonyms:
    """Return the pseudonyms of the provider that the configuration names."""
    return Pseudonyms(config.oidc_issuer, (config.keys / "event.key").read_bytes())


def claim_names(config: Config) -> ClaimNames:
    """Return what the configuration says of claims. Raises :class:`ConfigError` for a role that is not to be given."""
    if unknown := set(config.oidc_roles) - set(map(str, ROLES)):
        wrong = ", ".join(sorted(unknown))
        raise ConfigError(f"TASHBIK_OIDC_ROLES is wrong ({wrong}): give some of {', '.join(ROLES)}")
    roles = frozenset(config.oidc_roles)
    return ClaimNames(config.oidc_role_claim, config.oidc_area_claim, config.oidc_organization_claim, roles)


def _subject(claims: Claims) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise Unauthenticated("The token names nobody.")
    return subject


def _one(claims: Claims, name: str, form: re.Pattern[str]) -> str:
    """Return the one value of a claim, or nothing where there is none."""
    value = _claim(claims, name)
    texts = _texts(value)
    if value in (None, "", []):
        return ""
    if len(texts) != 1 or value not in (texts[0], texts) or not form.match(texts[0]):
        raise _wrong(name, "Your token has a claim that this node cannot read.", "Give one code or id.")
    return texts[0]


def _claim(claims: Claims, name: str) -> Any:
    """Return a claim by its whole name, or else by the way to it."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for step in name.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]


def _wrong(claim: str, detail: str, message: str) -> Forbidden:
    return Forbidden(detail, [{"field": claim, "code": "invalid", "message": message}])
