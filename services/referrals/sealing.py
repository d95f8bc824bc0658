"""Keep what is personal encrypted in the database, and findable by keyed tokens only."""

from __future__ import annotations

from typing import Any, Protocol


class Keys(Protocol):
    """Encrypt single values and make tokens of normalised ones, within one transaction."""

    def encrypt(self, value: str) -> Any:
        """Return the value's ciphertext, another one each time."""

    def tokens(self, field: str, normalised: str) -> list[str]:
        """Return the tokens of a normalised value: equal values, equal tokens. There are two while keys rotate."""


class Vault(Protocol):
    """Hold the keys, as :mod:`chassis.crypto` does."""

    def current(self, session: Any) -> Keys:
        """Return the keys to write with, or to look up by, in a transaction."""

    def decrypt(self, ciphertext: Any) -> str:
        """Return a value again."""


def seal(keys: Keys, text: str) -> Any:
    """Return the ciphertext of a text, and None for an empty one."""
    return keys.encrypt(text) if text else None


def unseal(vault: Vault, sealed: Any) -> str:
    """Return the text of :func:`seal`."""
    return vault.decrypt(sealed) if sealed else ""
