"""Look for work that should have moved on by now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from chassis import clock, deadletters
from cli.doctor.patient import Fault, Patient, broken, warning
from contracts.catalogue import EVENTS
from services.gateway.directory.form_store import FormStore
from services.notifications.messages.store import MessageStore
from services.notifications.webhooks.store import LaneStore

LATE = timedelta(seconds=60)
OUTBOX_BROKEN = timedelta(minutes=10)
OVERDUE = timedelta(minutes=5)
LONG_REBUILD = timedelta(minutes=30)
MANY_TRIES = 3


def outboxes(patient: Patient) -> Iterator[Fault]:
    """See that events leave the outboxes."""
    for service in sorted({contract.service for contract in EVENTS}):
        oldest = patient.database(service)["outbox"].find_one({"due": {"$exists": True}}, sort=[("at", 1)])
        if oldest is None or (age := clock.now() - oldest["at"]) < LATE:
            continue
        kind = broken if age > OUTBOX_BROKEN else warning
        why = f", last refused: {oldest['reason']}" if oldest.get("reason") else ""
        yield kind(
            f"an event of {service} has waited {_told(age)} for the broker{why}",
            f"Nothing is lost. See that the broker takes messages; the log of {service} has `not_published`.",
        )


def parked(patient: Patient) -> Iterator[Fault]:
    """See that no event failed for good."""
    for queue, count in deadletters.counts(patient.config.amqp_url, deadletters.queues(EVENTS)).items():
        if count:
            yield warning(
                f"{count} events are parked for {queue}",
                f"`tashbik dead-letters show {queue}` says why; mend that, then `tashbik dead-letters replay {queue}`.",
            )


def doubts(patient: Patient) -> Iterator[Fault]:
    """See that messages whose sender died are settled, and that those that are due go out."""
    store, now = MessageStore(patient.database("notifications")), clock.now()
    if lost := store.in_doubt_count(now - LATE):
        yield warning(
            f"{lost} messages may or may not have gone out, and nobody settles them",
            "notifications does that at every sweep: see that it runs, and read its log for `item_failed`.",
        )
    oldest = store.oldest_due(now)
    if oldest is not None and (age := now - oldest) > OVERDUE:
        yield warning(
            f"a message has been due for {_told(age)}",
            "See that SMSC and mail server answer: `tashbik logs notifications`",
        )


def webhooks(patient: Patient) -> Iterator[Fault]:
    """See that webhooks are sent to, and that none is disabled but by those who may."""
    database = patient.database("notifications")
    if unreadable := database["webhooks"].count_documents({"enabled": False, "reason": "unreadable"}):
        yield broken(
            f"{unreadable} webhooks are disabled, since no key opens what is kept of them",
            "Find the key, or have them made anew: docs/runbooks/webhooks.md.",
        )
    if given_up := database["webhooks"].count_documents({"enabled": False, "reason": {"$in": ["gone", "failing"]}}):
        yield warning(
            f"{given_up} webhooks are disabled, since their receivers are gone or fail",
            "`GET /webhooks` as an operator says whose: docs/runbooks/webhooks.md.",
        )
    now = clock.now()
    oldest = LaneStore(database).oldest_due(now)
    if oldest is not None and (age := now - oldest) > OVERDUE:
        yield warning(
            f"a webhook has waited {_told(age)} to be sent to",
            "notifications does that: see that it runs, and read its log: `tashbik logs notifications`",
        )


def imports(patient: Patient) -> Iterator[Fault]:
    """See that every open import is with an importer, and moves."""
    now, log = clock.now(), "Look at the importer and the registry: `tashbik logs importer`."
    for one in patient.database("gateway")["imports"].find({"open": True}, sort=[("created_at", 1)], limit=100):
        if one.get("leased_until", one["created_at"]) < now - LATE:
            yield warning(f"import {one['_id']} is with no importer", f"See that an importer runs. {log}")
        elif one.get("tries", 0) >= MANY_TRIES:
            yield warning(f"import {one['_id']} was begun {one['tries']} times without progress", log)


def rebuilds(patient: Patient) -> Iterator[Fault]:
    """See that an open rebuild of the directory is with a projector, and comes to its end."""
    open_one = patient.database("gateway")["directory_rebuilds"].find_one({"open": True})
    if open_one is None:
        return
    log, now = "Look at the projector's log for `timer_failed`: `tashbik logs projector`.", clock.now()
    if open_one["leased_until"] < now - LATE:
        yield warning("a rebuild of the directory is open, and no projector is at it", log)
    elif open_one["requested_at"] < now - LONG_REBUILD:
        yield warning(f"a rebuild of the directory has been open for {_told(now - open_one['requested_at'])}", log)


def form(patient: Patient) -> Iterator[Fault]:
    """See that what stands in the directory is as this version renders it."""
    kept = FormStore(patient.database("gateway"))
    if kept.outdated() and not kept.empty():
        yield warning(
            "the directory shows records as an older version rendered them: some are not found by what is new",
            "Projectors rebuild it by themselves, once those of the older version have stopped: see `rebuild`, and the "
            "projector's log for `older_projector_at_work`.",
        )


def referrals(patient: Patient) -> Iterator[Fault]:
    """See that referrals whose time has come are escalated or expired."""
    found = patient.database("referrals")["referrals"]
    late: dict[str, Any] = {"due": {"$lt": clock.now() - OVERDUE}}
    if count := found.count_documents(late):
        yield broken(
            f"{count} referrals are past their time, and nobody was told",
            "referrals does that at every sweep: see that it runs, and read its log for `item_failed`.",
        )


def _told(age: timedelta) -> str:
    return str(timedelta(seconds=int(age.total_seconds())))
