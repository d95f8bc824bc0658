"""Say what each process may do on the broker: no more than the contracts ask of it.

RabbitMQ asks three patterns of a user, each for names of exchanges and queues, and for a topic exchange two more, for
routing keys. From what a process publishes, consumes, answers and calls follows::

                        configure   write          read
    <own>.events        yes         yes            –                     publish
    <own>.<handler>…    yes         to bind        yes                   consume; delay and parked queues too
    <own>.retries       yes         yes            to bind               put off, park
    <other>.events      –           –              to bind, for types that it consumes
    rpc-<own>           yes         to bind        yes                   answer
    nameko-rpc          –           for calls that it may make, to bind for its own
    rpc.replies         –           to any caller  to bind for its own answers
    rpc.reply-<own>-…   yes         to bind        yes                   call

Nobody may write to the broker's default exchange, by which every queue could be reached. Exchanges that several share
are declared by the broker's administrator (:mod:`cli.broker`), as is everything once, so that what one consumes is
there before another publishes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from chassis import deadletters, topology, wire
from contracts.envelope import EventContract, RpcContract

Grant = tuple[str, str]
"""A pattern of names, and the rights to them: ``c`` configure, ``w`` write, ``r`` read."""

NOTHING = "^$"
DELAYED_OR_PARKED = r"(\.parked|\.delay\.[0-9.]+s)?"
LINK = "[0-9a-f]{32}"
ANYTHING = ".*"


@dataclass(frozen=True, slots=True)
class Topic:
    """Hold the patterns of routing keys on one exchange: by which a user publishes, and by which it binds."""

    write: str = NOTHING
    read: str = NOTHING


@dataclass(frozen=True, slots=True)
class Permissions:
    """Hold a user's patterns. ``topics`` maps an exchange to those of its routing keys."""

    configure: str
    write: str
    read: str
    topics: dict[str, Topic] = field(default_factory=dict)


def of_service(
    service: str, events: Sequence[EventContract], calls: Iterable[RpcContract], called: Sequence[str]
) -> Permissions:
    """Return what a service may do. ``events`` and ``calls`` are all of the node, ``called`` names those it makes."""
    queues = {one.queue for event in events for one in event.consumers if one.service == service}
    answers, sources = any(one.service == service for one in calls), _sources(service, events)
    grants: list[Grant] = [
        *((re.escape(event.exchange), "cw") for event in events if event.service == service),
        *(grant for queue in queues for grant in _consuming(queue)),
        *((re.escape(exchange), "r") for exchange in sources),
        *(_answering(service) if answers else ()),
        *(_calling(service) if called else ()),
    ]
    topics = {
        wire.EXCHANGE.name: Topic(write=_named(called), read=_named([f"{service}.*"] if answers else [])),
        # a refusal would close the channel that calls come by, and what a caller gives as its address is its own choice
        wire.REPLIES.name: Topic(write=ANYTHING if answers else NOTHING, read=_one_of([_replies(service)])),
    }
    return _permissions(grants, topics | {name: Topic(read=_named(types)) for name, types in sources.items()})


def of_operator(operator: str, events: Sequence[EventContract], called: Sequence[str]) -> Permissions:
    """Return what an operator's commands may do: call, and settle what is parked.

    No event can be published to others than the one that it failed in, and none be read but those that failed. How
    everything stands they ask of the management interface, and nothing of it may they declare: that would be the right
    to delete it.
    """
    queues = deadletters.queues(events)
    grants: list[Grant] = [
        *((re.escape(topology.retries_of(queue).name), "w") for queue in queues),
        *((re.escape(topology.parked_name(queue)), "r") for queue in queues),
        *_calling(operator),
    ]
    topics = {
        wire.EXCHANGE.name: Topic(write=_named(called)),
        wire.REPLIES.name: Topic(read=_one_of([_replies(operator)])),
    }
    return _permissions(grants, topics)


def _consuming(queue: str) -> tuple[Grant, ...]:
    return (re.escape(queue) + DELAYED_OR_PARKED, "cwr"), (re.escape(topology.retries_of(queue).name), "cwr")


def _answering(service: str) -> tuple[Grant, ...]:
    queue = re.escape(wire.queue_of(service).name)
    return (queue, "cwr"), (re.escape(wire.EXCHANGE.name), "r"), (re.escape(wire.REPLIES.name), "w")


def _calling(caller: str) -> tuple[Grant, ...]:
    return (_replies(caller), "cwr"), (re.escape(wire.EXCHANGE.name), "w"), (re.escape(wire.REPLIES.name), "r")


def _sources(service: str, events: Iterable[EventContract]) -> dict[str, list[str]]:
    """Return the types that a service consumes, by the exchange that they come from."""
    found: dict[str, list[str]] = {}
    for event in events:
        if any(one.service == service for one in event.consumers):
            found.setdefault(event.exchange, []).append(event.type)
    return found


def _replies(caller: str) -> str:
    return re.escape(wire.reply_queue(caller, "").name) + LINK


def _permissions(grants: Sequence[Grant], topics: dict[str, Topic]) -> Permissions:
    configure, write, read = (_one_of(name for name, rights in grants if right in rights) for right in "cwr")
    return Permissions(configure, write, read, topics)


def _named(names: Iterable[str]) -> str:
    return _one_of(map(re.escape, names))


def _one_of(patterns: Iterable[str]) -> str:
    return f"^({'|'.join(sorted(set(patterns)))})$"
