"""Keep what is personal encrypted in the database, and findable by keyed tokens only."""

from __future__ import annotations

from typing import Any, Protocol


class Vault(Protocol):
    """Encrypt and decrypt single values, and make tokens of normalised ones, as :mod:`chassis.crypto` does."""

    def encrypt(self, value: str) -> Any:
        """Return the value's ciphertext, another one each time."""

    def decrypt(self, ciphertext: Any) -> str:
        """Return the value again."""

    def token(self, field: str, normalised: str) -> str:
        """Return the token of a normalised value: equal values, equal tokens."""


def seal(vault: Vault, text: str) -> Any:
    """Return the ciphertext of a text, and None for an empty one."""
    return vault.encrypt(text) if text else None


def unseal(vault: Vault, sealed: Any) -> str:
    """Return the text of :func:`seal`."""
    return vault.decrypt(sealed) if sealed else ""
