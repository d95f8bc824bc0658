"""List every contract of the node: what is published, and what is answered."""

from __future__ import annotations

from contracts import notifications, referrals, registry, webhooks
from contracts.envelope import EventContract, RpcContract

EVENTS: tuple[EventContract, ...] = (*registry.EVENTS, *referrals.EVENTS, *notifications.EVENTS)
CALLS: tuple[RpcContract, ...] = (*registry.CALLS, *referrals.CALLS, *notifications.CALLS, *webhooks.CALLS)
