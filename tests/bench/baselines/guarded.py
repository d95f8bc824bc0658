"""Answer a call and publish events with every guarantee of the chassis, and with nothing else behind them.

It runs on a node as one service more, called ``bench``, by ``chassis.run`` as all of them.
"""

from __future__ import annotations

from typing import Any

from chassis.mongo import Mongo
from chassis.outbox import Relay
from chassis.rpc import Call, rpc
from contracts.policy import POLICY, Reach, Role
from tests.bench.contracts import NAME, SAID, SAY

POLICY[SAY.name] = {Role.SERVICE: Reach.NODE}  # in this process alone


class Guarded:
    """Say what it is told, and relay what is in its outbox."""

    name = NAME
    mongo = Mongo()
    relay = Relay((SAID,))

    @rpc(SAY)
    def say(self, call: Call) -> dict[str, Any]:
        """Return the text."""
        return {"text": call.request["text"]}
