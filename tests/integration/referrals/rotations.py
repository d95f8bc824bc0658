"""Rotate a node's keys stage by stage, be killed at it, and look at what is stored meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from bson import Binary

from chassis.crypto import FieldVault
from chassis.rotation import look_ups
from chassis.rotation.turn import Turn
from services.referrals.families.store import TOKENED, TOKENS
from tests.integration.referrals.world import World

OPERATOR = "operator:cli"
STAGES = {
    "idle": lambda turn: None,
    "begun": look_ups.begin,
    "filled": lambda turn: turn.until_done(lambda: look_ups.fill(turn, (TOKENED,))),
    "switched": look_ups.switch,
    "stripped": lambda turn: turn.until_done(lambda: look_ups.strip(turn, (TOKENED,))),
    "ended": look_ups.end,
}


class Killed(BaseException):
    """End a rotation as a kill does: nothing is put in order."""


def a_turn(database: Any, config: Any, **settings: Any) -> Turn:
    """Return a rotation."""
    known: dict[str, Any] = {"pause": lambda _seconds: None, "batch": 2}
    return Turn(FieldVault(database, config.keys), OPERATOR, **known | settings)


def advance(turn: Turn, until: str) -> None:
    """Go through the stages of look-up keys up to one."""
    for name, step in STAGES.items():
        step(turn)
        if name == until:
            return


def tokens(world: World) -> list[str]:
    """Return every token of every family."""
    return [one for family in world.database["families"].find() for path in TOKENS for one in family.get(path, ())]


def versions(world: World) -> set[str]:
    """Return the versions of all tokens."""
    return {token.partition(":")[0] for token in tokens(world)}


def some_families(world: World, number: int = 5) -> list[dict[str, Any]]:
    """Register families that share a phone, the first of which has a national id."""
    return [world.family(), *(world.another_family() for _ in range(number - 1))]


def digests(world: World, path: str) -> set[str]:
    """Return what different tokens there are at a path, without the versions that tell them apart by themselves."""
    families = world.database["families"].find()
    return {token.partition(":")[2] for family in families for token in family.get(path, ())}


def found(world: World, **asked: str) -> set[str]:
    """Look up and return the ids of families."""
    return {family["id"] for family in world.call("look_up_family", asked)["items"]}


def sealed(value: Any) -> Iterator[Binary]:
    """Yield every ciphertext within a document."""
    if isinstance(value, Binary) and value.subtype == 6:
        yield value
    for part in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from sealed(part)


def everything(world: World) -> list[dict[str, Any]]:
    """Return every document of the database."""
    names = world.database.list_collection_names(filter={"type": "collection"})
    return [document for name in names for document in world.database[name].find()]


def killed_everywhere(rotate: Any, database: Any, config: Any) -> int:
    """Run a rotation that is killed one report later each time, until it comes to its end; return how often."""
    for kills in count():
        left = iter(range(kills))

        def report(*_said: Any, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise Killed

        try:
            rotate(a_turn(database, config, report=report, batch=1))
        except Killed:
            continue
        return kills
    raise AssertionError
