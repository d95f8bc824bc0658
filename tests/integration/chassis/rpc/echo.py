"""Serve a few calls that the tests of RPC are made with, and one timer."""

from __future__ import annotations

import itertools
import os
import time
from pathlib import Path
from typing import Any

from chassis.errors import Conflict
from chassis.rpc import Call, Rpc, rpc
from chassis.rpc_client import RpcClient
from chassis.timer import every
from contracts.policy import POLICY, Reach, Role
from tests.integration.chassis.rpc.contracts import (
    ASK,
    BREAK,
    CHANGE,
    LARGE,
    REFUSE,
    SAY,
    SECRET,
    WAIT,
)

ANYBODY = {Role.SERVICE: Reach.NODE, Role.AUDITOR: Reach.NODE}
POLICY.update({one.name: ANYBODY for one in (SAY, WAIT, REFUSE, BREAK, LARGE, ASK)})  # in this process alone
POLICY[CHANGE.name] = {Role.OFFICER: Reach.AREA, Role.CASE_WORKER: Reach.AREA}


class Echo:
    """Answer what is asked."""

    name = "echo"
    rpc = Rpc()

    @rpc(SAY)
    def say(self, call: Call) -> dict[str, Any]:
        """Return the text, and who asked."""
        return {"text": call.request["text"], "actor": call.actor.label, "at": call.request.get("at")}

    @rpc(WAIT)
    def wait(self, call: Call) -> dict[str, Any]:
        """Note the start in a file, take a while, and note the end."""
        _note(call.request["file"], "started")
        time.sleep(call.request["seconds"])
        _note(call.request["file"], "ended")
        return {"pid": os.getpid()}

    @rpc(CHANGE)
    def change(self, call: Call) -> dict[str, Any]:
        """Return the key and the scope that arrived."""
        return {"key": call.key, "area": call.scope.area, "if_version": call.if_version}

    @rpc(REFUSE)
    def refuse(self, call: Call) -> dict[str, Any]:
        """Raise an error of our tree."""
        raise Conflict("It is closed.", [{"field": "status", "code": "closed", "message": "Open it first."}])

    @rpc(BREAK)
    def break_(self, call: Call) -> dict[str, Any]:
        """Raise what quotes a personal value."""
        raise ValueError(f"no such person: {SECRET}")

    @rpc(LARGE)
    def large(self, call: Call) -> dict[str, Any]:
        """Return that many letters."""
        return {"text": "x" * call.request["letters"]}

    @rpc(ASK)
    def ask(self, call: Call) -> dict[str, Any]:
        """Ask ourselves, and return who asked and for how long it may take."""
        client: RpcClient = self.rpc
        return client.call(SAY, {"text": call.request["text"]})

    @every(0.2)
    def tick(self) -> None:
        """Fail the first time."""
        if next(_ticks) == 0:
            raise ValueError(SECRET)


class Misnamed:
    """Break the rule that a method bears its contract's name."""

    name = "echo"

    @rpc(SAY)
    def speak(self, call: Call) -> dict[str, Any]:
        """Never be reached."""
        return {"text": call.request["text"]}


_ticks = itertools.count()


def _note(file: str, word: str) -> None:
    with Path(file).open("a", encoding="utf-8") as notes:
        notes.write(f"{word}\n")
