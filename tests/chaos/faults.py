"""Break a node's parts, in verbs.

A verb is a function of :class:`World` in the registry :data:`VERBS`; one that joins by :func:`verb` takes part in every
run. It returns when the fault has ended, with nothing left broken; :mod:`tests.chaos.breaker` then waits until the node
serves.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from cli.process import wait_until
from tests.chaos.node import BROKER, OUTSIDE, PATIENCE, ChaosNode
from tests.chaos.proxy import Line
from tests.chaos.replay import Replay

SERVICES = ("registry", "referrals", "notifications", "projector", "importer", "api")
PARTS = (BROKER, "mongo")
REQUEST, TEXT, MAIL = "an accepted request", "a text", "a mail"
BACK = 120.0
LEASE_SECONDS = 10.0
WINDOWS = (1.0, 3.0, 8.0, 20.0)
"""How long a fault lasts; the longest outlasts every timeout that a service has for a call, a confirm or an answer."""
STEPS = (-60, -15, 15, 60)
"""Seconds by which a clock is set wrong. What is put off by a clock ahead waits as much longer once it is right."""
KILL_AMID = "kill -9 amid another fault"


@dataclass(frozen=True)
class World:
    """Hold what verbs act on. ``rng`` decides what they leave open, ``meanwhile`` happens in the midst of each."""

    node: ChaosNode
    replay: Replay
    rng: random.Random
    meanwhile: Callable[[], None] = lambda: None

    def hold(self, seconds: float = 0.0) -> None:
        """Let a fault last: as long as is said, else one of :data:`WINDOWS`."""
        seconds = seconds or self.rng.choice(WINDOWS)
        time.sleep(seconds / 2)
        self.meanwhile()
        time.sleep(seconds / 2)


Act = Callable[[World], str | None]
"""Break something and mend it; return what was chosen, where the verb's name leaves that open."""


@dataclass(frozen=True)
class Verb:
    """Name a way to break a node. ``proof`` is what must come after it; ``each`` tells a kill that ``--once`` makes."""

    name: str
    act: Act
    proof: str = REQUEST
    members: int = 1
    each: bool = False

    @property
    def instant(self) -> bool:
        """Tell whether the fault is over as soon as it is there: what follows is recovery."""
        return self.name.startswith("kill") and self.name != KILL_AMID


VERBS: list[Verb] = []


def verb(name: str, **traits: Any) -> Callable[[Act], Act]:
    """Register a verb."""

    def register(act: Act) -> Act:
        VERBS.append(Verb(name, act, **traits))
        return act

    return register


def fitting(members: int, only: str = "") -> list[Verb]:
    """Return the verbs that fit a node whose database has so many members, and that have ``only`` in their names."""
    return [each for each in VERBS if each.members <= members and only in each.name]


def deck(rng: random.Random, verbs: Sequence[Verb]) -> Iterator[Verb]:
    """Yield every verb in random order, then all again in another, without end."""
    while True:
        yield from rng.sample(verbs, len(verbs))


def once(rng: random.Random) -> Iterator[Verb]:
    """Yield the kill of each process once, in random order."""
    yield from rng.sample(kills := [each for each in VERBS if each.each], len(kills))


# Killing, freezing, stopping


def kill(world: World, name: str) -> None:
    """Kill a process, and wait for its successor."""
    pid = world.node.kill(name)
    wait_until(lambda: _pid(world.node, name) not in {0, pid}, f"a new {name}", BACK)


for _name in (*SERVICES, *PARTS):
    verb(f"kill -9 {_name}", each=True)(partial(kill, name=_name))
verb("kill -9 smsc", proof=TEXT)(partial(kill, name="smsc"))
verb("kill -9 mailbox", proof=MAIL)(partial(kill, name="mailbox"))


@verb("kill -9 a worker of the api")
def kill_worker(world: World) -> None:
    """Kill one of the API's own worker processes."""
    os.kill(world.rng.choice(world.node.workers_of_api()), signal.SIGKILL)


@verb("kill -9 the primary", members=3)
def kill_primary(world: World) -> None:
    """Kill the member that takes writes; it comes back as a secondary."""
    kill(world, world.node.primary())


@verb("the primary steps down for a while", members=3)
def stop_primary(world: World) -> None:
    """Stop the member that takes writes in order, and start it again later."""
    _stop(world, world.node.primary())


@verb("a service freezes past its lease")
def freeze(world: World) -> str:
    """Stop a service in its tracks for longer than its leases last, and let it go on."""
    pid = world.node.pid(name := world.rng.choice(SERVICES))
    os.kill(pid, signal.SIGSTOP)
    try:
        world.hold(LEASE_SECONDS + 2)
    finally:
        os.kill(pid, signal.SIGCONT)
    return name


@verb("a service is away past all patience")
def stop_service(world: World) -> str:
    """Stop a service for longer than an event that fails is tried."""
    _stop(world, name := world.rng.choice(SERVICES), PATIENCE + 3)
    return name


def _stop(world: World, name: str, seconds: float = 0.0) -> None:
    world.node.stop(name)
    try:
        world.hold(seconds)
    finally:
        world.node.start(name)


# The lines to broker and database


@verb("broker slow")
def broker_slow(world: World) -> str:
    """Hold what goes between services and broker."""
    with _line(world, BROKER).slow(seconds := world.rng.choice((0.1, 0.3, 1.0))):
        world.hold()
    return f"{seconds} s"


@verb("broker silent")
def broker_silent(world: World) -> None:
    """Let the broker fall silent on open connections."""
    with _line(world, BROKER).silent():
        world.hold()


@verb("broker cut")
def broker_cut(world: World) -> None:
    """Cut every connection to the broker."""
    with _line(world, BROKER).cut():
        world.hold()


@verb("database slow")
def database_slow(world: World) -> str:
    """Hold what goes between services and the member that takes writes."""
    with _line(world, world.node.primary()).slow(seconds := world.rng.choice((0.02, 0.1, 0.3))):
        world.hold()
    return f"{seconds} s"


@verb("database silent")
def database_silent(world: World) -> None:
    """Let that member fall silent on open connections."""
    with _line(world, world.node.primary()).silent():
        world.hold()


@verb("database cut")
def database_cut(world: World) -> None:
    """Cut every connection to that member."""
    with _line(world, world.node.primary()).cut():
        world.hold()


def _line(world: World, name: str) -> Line:
    return world.node.lines[name]


# The broker's alarms


@verb("broker short of memory")
def memory_alarm(world: World) -> None:
    """Raise the broker's memory alarm: it reads nothing more from those who publish."""
    world.node.rabbitmqctl("set_vm_memory_high_watermark", "0")
    try:
        world.hold()
    finally:
        world.node.rabbitmqctl("set_vm_memory_high_watermark", "0.4")


@verb("broker's disk full")
def disk_alarm(world: World) -> None:
    """Raise the broker's disk alarm: it reads nothing more from those who publish."""
    world.node.rabbitmqctl("set_disk_free_limit", "100000GB")
    try:
        world.hold()
    finally:
        world.node.rabbitmqctl("set_disk_free_limit", "50MB")


# The world outside


def _moody(world: World, name: str, mood: str) -> None:
    with world.node.mood(name, mood):
        world.hold()


for _name, _proof in zip(OUTSIDE, (TEXT, MAIL), strict=True):
    verb(f"{_name} refuses connections", proof=_proof)(partial(_stop, name=_name))
    for _mood in ("throttle", "fail", "hang", "late 3"):
        verb(f"{_name}: {_mood}", proof=_proof)(partial(_moody, name=_name, mood=_mood))


# The clock


@verb("the clock is set wrong")
def step_clock(world: World) -> str:
    """Let the services' clocks be ahead or behind, and then right again."""
    with world.node.clocks.wrong(seconds := world.rng.choice(STEPS)):
        world.hold()
    return f"by {seconds:+d} s"


# Two at once

AMID = {
    "broker slow",
    "broker silent",
    "broker cut",
    "database slow",
    "database silent",
    "database cut",
    "smsc: late 3",
}


@verb(KILL_AMID)
def kill_amid(world: World) -> str:
    """Kill a service while it suffers from another fault."""
    name = world.rng.choice(SERVICES)
    amid = world.rng.choice([each for each in VERBS if each.name in AMID])
    amid.act(replace(world, meanwhile=lambda: kill(world, name)))
    return f"{name}, {amid.name}"


# Events


@verb("events again, out of order")
def deliver_again(world: World) -> str:
    """Deliver what was delivered before."""
    return f"{world.replay.deliver_again(world.rng)} events"


@verb("poison among the events")
def poison(world: World) -> None:
    """Deliver what no consumer can take."""
    world.replay.poison(world.rng)


@verb("two relays at once")
def second_relays(world: World) -> None:
    """Let two relays of each service believe that they hold its lease."""
    with world.replay.second_relays():
        world.hold()


def _pid(node: ChaosNode, name: str) -> int:
    return next((status.pid for status in node.status() if status.name == name), 0)
