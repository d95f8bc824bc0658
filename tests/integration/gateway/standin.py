"""Stand in for the referrals service: page through the public states that a test has written into the database."""

from __future__ import annotations

from typing import Any

from chassis.mongo import Mongo
from chassis.outbox import Relay
from chassis.rpc import Call, Rpc
from contracts.referrals import EVENTS, PAGE_REFERRALS


class Referrals:
    """Answer the one call that a rebuild makes, and publish what a test has put into the outbox."""

    name = "referrals"
    mongo = Mongo({"states": ()})
    rpc = Rpc()
    relay = Relay(EVENTS)

    @rpc(PAGE_REFERRALS)
    def page_referrals(self, call: Call) -> dict[str, Any]:
        """Return all states in one page."""
        return {"items": [one["state"] for one in self.mongo["states"].find().sort("_id", 1)], "next": ""}
