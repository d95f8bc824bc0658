"""State what every way out promises, and how it says that it failed.

A channel sends one letter at a time to one address, and either returns what the provider said or raises one of four
errors, which tell the sender whether the letter may have gone out:

==============  =====================================================  ======================
error           meaning                                                did it go out?
==============  =====================================================  ======================
Unreachable     no connection, or it was lost before the letter went   no
Busy            the provider asks to come again later                  no
Refused         the provider will never take this letter               no
Unanswered      handed over, and no answer came                        nobody knows
==============  =====================================================  ======================

Channels are safe to use from several threads, real or green, and know nothing of templates, referrals or storage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """Hold what is to be sent. ``id`` is the message's own, the same at every attempt; texts have no ``subject``."""

    id: str
    address: str
    text: str
    subject: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """Say that the provider took the letter: its own id for each part."""

    references: tuple[str, ...]

    @property
    def parts(self) -> int:
        """Return in how many parts the letter went."""
        return len(self.references)


class ChannelError(Exception):
    """Be the root of what a channel raises. Its text names codes, never an address or a word of the letter."""


class Unreachable(ChannelError):
    """Say that the letter was certainly not sent, since the provider could not be reached."""


class Busy(ChannelError):
    """Say that the letter was not sent, and that the provider asks to come again."""


class Refused(ChannelError):
    """Say that the provider will never take this letter."""


class Unanswered(ChannelError):
    """Say that nobody knows whether the letter was sent."""


class Channel(Protocol):
    """Send letters. ``receipts`` tells whether word of their delivery follows."""

    receipts: bool

    def send(self, letter: Letter) -> Taken:
        """Send one letter and return what the provider said, or raise a :class:`ChannelError`."""

    def start(self) -> None:
        """Open what the channel needs; returns at once."""

    def stop(self) -> None:
        """Close it."""
