"""Stand in for the referrals service: say whom to tell, as a test has written it into the database."""

from __future__ import annotations

from typing import Any

from chassis.errors import NotFound
from chassis.mongo import Mongo
from chassis.rpc import Call, Rpc
from contracts.referrals import GET_RECIPIENT


class Referrals:
    """Answer one call of the referrals service."""

    name = "referrals"
    mongo = Mongo({"contacts": ()})
    rpc = Rpc()

    @rpc(GET_RECIPIENT)
    def get_recipient(self, call: Call) -> dict[str, Any]:
        """Return the contact that the test wrote."""
        contact = self.mongo["contacts"].find_one({"_id": f"{call.request['referral']}:{call.request['audience']}"})
        if contact is None:
            raise NotFound("There is no such referral.")
        return contact["contact"]
