"""Read an identity provider's tokens without a wire."""

from __future__ import annotations

from collections.abc import Callable

from services.gateway.auth.claims import ClaimNames, Pseudonyms
from services.gateway.auth.discovery import Json, ProviderError
from services.gateway.auth.provider import Provider
from services.gateway.auth.provider_keys import ProviderKeys
from tests.provider import AUDIENCE, IdentityProvider

ISSUER = "https://id.example/realms/qena"
ROLES = frozenset({"officer", "case_worker", "association", "auditor"})
NAMES = ClaimNames("roles", "tashbik_area", "tashbik_organization", ROLES)

Ask = Callable[[], Json]


def in_memory(provider: IdentityProvider) -> Ask:
    """Return who asks a provider without a wire: the fake of :class:`Discovery`."""

    def ask() -> Json:
        provider.asked += 1
        if provider.fault == "slow":
            provider.hold.wait(30)
        if provider.fault not in ("", "slow"):
            raise ProviderError(provider.fault)
        return provider.jwks()

    return ask


def provider_for(idp: IdentityProvider, names: ClaimNames = NAMES, ask: Ask | None = None) -> Provider:
    """Return who reads a provider's tokens; ``ask`` gives other keys than its own."""
    keys = ProviderKeys(ask or in_memory(idp))
    return Provider(idp.issuer, AUDIENCE, names=names, keys=keys, pseudonyms=Pseudonyms(idp.issuer, b"k" * 32))
