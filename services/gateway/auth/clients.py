"""Describe a client of the API: another system, with a role, and the organization or area that it acts for.

A secret is made here, shown once and kept as its scrypt hash (RFC 7914). It has 256 bits of chance in it, so the hash
guards against a copied database, not against guessing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass
from datetime import datetime

from chassis.errors import Invalid
from contracts.policy import Role

ROLES = tuple(role for role in Role if role not in (Role.PUBLIC, Role.SERVICE))
BOUND_BY_AREA = (Role.OFFICER, Role.CASE_WORKER)
COST, BLOCK, LANES, SALT_BYTES = 2**14, 8, 1, 16

_one_at_a_time = threading.Lock()  # a hash takes 16 MB; many at once would be a way to exhaust memory


@dataclass(frozen=True, slots=True)
class Client:
    """Hold one client. ``revoked_at`` is None while it may call.

    ``secret`` is the hash of its secret; ``former`` that of the one before, which holds until ``former_until``.
    """

    id: str
    name: str
    role: Role
    organization: str
    area: str
    secret: str
    created_at: datetime
    revoked_at: datetime | None = None
    former: str = ""
    former_until: datetime | None = None

    @property
    def active(self) -> bool:
        """Tell whether the client may call."""
        return self.revoked_at is None

    def hashes(self, now: datetime) -> tuple[str, ...]:
        """Return the hashes of the secrets that hold now: one, or two while one is being exchanged."""
        both = self.former_until is not None and now < self.former_until
        return (self.secret, self.former) if both else (self.secret,)


def check_bounds(role: str, organization: str, area: str) -> Role:
    """Return the role, or raise :class:`Invalid` where a client of that role would reach nothing or everything."""
    if role not in ROLES:
        raise Invalid("There is no such role.", [_fault("role", f"Give one of: {', '.join(ROLES)}.")])
    if role in BOUND_BY_AREA and not area:
        raise Invalid("This role needs an area.", [_fault("area", "Give the area's code.")])
    if role == Role.ASSOCIATION and not organization:
        raise Invalid("This role needs an organization.", [_fault("organization", "Give the organization's id.")])
    return Role(role)


def new_secret() -> str:
    """Return a secret: 43 characters that need no escaping anywhere."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """Return ``scrypt$<cost>$<block>$<lanes>$<salt>$<hash>``, the last two in base64."""
    salt = secrets.token_bytes(SALT_BYTES)
    digest = _scrypt(secret, salt, COST, BLOCK, LANES)
    return f"scrypt${COST}${BLOCK}${LANES}${_text(salt)}${_text(digest)}"


def fits(secret: str, hashed: str) -> bool:
    """Tell whether the secret is the one that was hashed. Takes some 50 ms; compares in constant time."""
    _, cost, block, lanes, salt, digest = hashed.split("$")
    made = _scrypt(secret, base64.b64decode(salt), int(cost), int(block), int(lanes))
    return hmac.compare_digest(made, base64.b64decode(digest))


def _scrypt(secret: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    with _one_at_a_time:
        return hashlib.scrypt(secret.encode(), salt=salt, n=cost, r=block, p=lanes, maxmem=2**26, dklen=32)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _fault(field: str, message: str) -> dict[str, str]:
    return {"field": field, "code": "invalid", "message": message}
