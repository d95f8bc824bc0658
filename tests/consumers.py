"""Say which consumers take note of every event that is published: all but those that heed a type only at times."""

from __future__ import annotations

from contracts.catalogue import EVENTS
from contracts.envelope import Consumer

AT_TIMES = frozenset({"notifications.on_public_event"})
"""Queues of which events are acknowledged unread while nobody is subscribed to their type; else they go to webhooks as
they are, so that no data is poison there."""

ALWAYS: dict[str, list[Consumer]] = {
    contract.type: [one for one in contract.consumers if one.queue not in AT_TIMES] for contract in EVENTS
}
"""By the type of an event: who has it in the inbox once it is through."""
