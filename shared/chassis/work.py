"""Do one piece of work as a whole: state, events, audit entry and idempotency record in one transaction, or nothing.

::

    service method ── Work.once(call, effect) ─▶ transaction ─┬─ idempotency: was this key here before?
                                                              ├─ effect(unit): the store's writes, with unit.session
                                                              ├─ unit.emit   ─▶ outbox ─▶ relay ─▶ broker
                                                              ├─ unit.audit  ─▶ audit
                                                              └─ unit.keep   ─▶ kept (a version to render answers from)

An effect may run more than once (a transaction that meets another is tried again), so it must act on the database only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
import pymongo
from marshmallow import Schema
from nameko.extensions import DependencyProvider
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from chassis import audit, clock, loading, parcels
from chassis.config import Config
from chassis.errors import Invalid
from chassis.identity import Actor, Seal
from chassis.ids import new_id
from chassis.mongo import Storage, transaction
from contracts.envelope import SPEC_VERSION, EventContract

if TYPE_CHECKING:
    from chassis.rpc import Call

T = TypeVar("T")

DUE_AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST = 30.0
SHORTEST = 0.05


@dataclass(frozen=True, slots=True)
class Result:
    """Say what a changing call did: which record, now at which version, and the HTTP status that fits.

    ``body`` is for answers that are no record (the outcome of a batch); it is stored for a day, so it holds nothing
    personal.
    """

    id: str
    version: int
    status: int = 200
    body: dict[str, Any] | None = None


class ContractBroken(Exception):
    """Say that a service tried to publish what its contract does not allow. A defect of ours, never the caller's."""


@dataclass
class Unit:
    """Collect what one transaction does beside the store's own writes. Handed to an effect; use it there only."""

    session: ClientSession
    now: datetime
    actor: Actor
    node: str
    service: str
    traceparent: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    audits: list[dict[str, Any]] = field(default_factory=list)
    versions: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def noted_at(self) -> datetime:
        """Return the moment from which the database is to count until what is noted expires.

        That is the database's own, to some seconds, once the transaction has read anything: it forgets by its clock,
        and ours may be days behind. Before, it is ours.
        """
        told = self.session.operation_time
        return told.as_datetime() if told else self.now

    def emit(self, contract: EventContract, *, subject: str, version: int, payload: dict[str, Any]) -> str:
        """Put an event into the outbox and return its id. It is published if and only if the transaction commits.

        ``payload`` holds plain JSON types and must satisfy the contract's schema; otherwise :class:`ContractBroken`.
        """
        if faults := loading.faults(_schema(contract.schema), payload):
            raise ContractBroken(f"{contract.type}: {sorted(faults)}")
        event_id = new_id()
        self.events.append(
            {
                "_id": event_id,
                "exchange": contract.exchange,
                "type": contract.type,
                "consumed": bool(contract.consumers),
                "body": self._envelope(event_id, contract, subject, version, payload),
                "at": self.now,
                "due": DUE_AT_ONCE,
                "attempts": 0,
            }
        )
        return event_id

    def audit(self, action: str, record: str, why: str = "") -> None:
        """Note that the actor did ``action`` to ``record``, and why. Ids and codes only, never a personal value.

        What was done alike to several records is one entry: see :func:`chassis.audit.joined`.
        """
        self.audits.append(
            audit.entry(
                self.actor.label,
                action,
                record,
                why,
                at=self.now,
                organization=self.actor.organization,
                traceparent=self.traceparent,
            )
        )

    def keep(self, kind: str, id: str, version: int, document: dict[str, Any]) -> None:  # noqa: A002 - the field's name
        """Keep a version of a record, as stored (encrypted fields stay so), to render a repeated call's answer from."""
        name = f"{kind}:{id}:{version}"
        self.versions[name] = {"_id": name, "at": self.noted_at, "document": document}

    def _envelope(
        self, event_id: str, contract: EventContract, subject: str, version: int, payload: dict[str, Any]
    ) -> bytes:
        envelope = {
            "specversion": SPEC_VERSION,
            "id": event_id,
            "type": contract.type,
            "source": f"/{self.node}/{self.service}",
            "subject": subject,
            "subjectversion": version,
            "time": self.now,
            "datacontenttype": "application/json",
            "node": self.node,
            "actor": self.actor.label,
            "data": payload,
        }
        if self.traceparent:
            envelope["traceparent"] = self.traceparent
        return orjson.dumps(envelope, option=orjson.OPT_UTC_Z)


class Units:
    """Run units of work on one service's database. Plain class: needs no Nameko and no broker."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        *,
        node: str,
        service: str,
        seal: Seal,
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the database and who we are. ``committed`` is called after each commit that left events behind."""
        self._database = database
        self._node = node
        self._service = service
        self._seal = seal
        self._committed = committed

    def do(
        self,
        actor: Actor,
        effect: Callable[[Unit], T],
        *,
        traceparent: str = "",
        timeout: float = LONGEST,
    ) -> T:
        """Run ``effect`` in one transaction and return its result. For timers, reads that are audited, and events."""
        emitted = False

        def body(session: ClientSession) -> T:
            nonlocal emitted
            unit = Unit(session, clock.now(), actor, self._node, self._service, traceparent)
            result = effect(unit)
            self._write(unit)
            emitted = bool(unit.events)
            return result

        with pymongo.timeout(timeout):
            result = transaction(self._database, body)
        if emitted:
            self._committed()
        return result

    def once(self, call: Call, effect: Callable[[Unit], Result]) -> Result:
        """Run ``effect`` at most once for the call's idempotency key, and return what the first run returned.

        The record of the key is written in the effect's own transaction and lives for a day. Of two calls with one key
        at the same time one waits for the other. The same key with another request raises :class:`Invalid` with the
        problem ``idempotency_key_reused``.
        """
        key = hashlib.sha256(f"{call.operation}|{call.key}".encode()).hexdigest()
        digest = self._seal.of(b"idempotency|" + _canonical(call))

        def first_or_repeated(unit: Unit) -> Result:
            found = self._database["idempotency"].find_one({"_id": key}, session=unit.session)
            if found is not None:
                return _repeated(found, digest)
            result = effect(unit)
            self._database["idempotency"].insert_one(
                {
                    "_id": key,
                    "at": unit.noted_at,
                    "digest": digest,
                    "id": result.id,
                    "version": result.version,
                    "status": result.status,
                    "body": result.body,
                },
                session=unit.session,
            )
            return result

        try:
            return self.do(call.actor, first_or_repeated, traceparent=call.traceparent, timeout=_remaining(call))
        except DuplicateKeyError:
            found = self._database["idempotency"].find_one({"_id": key})
            if found is None:
                raise
            return _repeated(found, digest)

    def kept(self, kind: str, id: str, version: int) -> dict[str, Any] | None:  # noqa: A002 - the field's name
        """Return a version that :meth:`Unit.keep` kept, or None once it has expired."""
        found = self._database["kept"].find_one({"_id": f"{kind}:{id}:{version}"})
        return found and found["document"]

    def _write(self, unit: Unit) -> None:
        for event in unit.events:
            event["seal"] = self._seal.of(event["body"])
        for first in unit.events[:1]:
            first["wakes"] = True  # other replicas' relays: once a unit
        self._insert("outbox", [parcels.joined(parcel) for parcel in parcels.packed(unit.events)], unit.session)
        self._insert(audit.COLLECTION, audit.joined(unit.audits), unit.session)
        for name, version in unit.versions.items():
            self._database["kept"].replace_one({"_id": name}, version, upsert=True, session=unit.session)

    def _insert(self, collection: str, documents: list[dict[str, Any]], session: ClientSession) -> None:
        if documents:
            self._database[collection].insert_many(documents, ordered=False, session=session)


def _repeated(found: dict[str, Any], digest: str) -> Result:
    if found["digest"] != digest:
        raise Invalid(
            "This idempotency key was used for another request.",
            [{"field": "Idempotency-Key", "code": "idempotency_key_reused", "message": "Use a new key."}],
        )
    return Result(found["id"], found["version"], found["status"], found["body"])


def _canonical(call: Call) -> bytes:
    return orjson.dumps(
        {"request": call.request, "if_version": call.if_version},
        default=str,
        option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS,
    )


def _remaining(call: Call) -> float:
    return max(SHORTEST, min(LONGEST, (call.deadline - clock.now()).total_seconds()))


@lru_cache(maxsize=256)
def _schema(kind: type[Schema]) -> Schema:
    return kind()


class Work(DependencyProvider):
    """Give a service its :class:`Units`; wakes the service's relay after each commit that left events."""

    storage = Storage()

    def __init__(self) -> None:
        """Start without a database."""
        super().__init__()
        self.units: Units | None = None

    def setup(self) -> None:
        """Read the event key."""
        config: Config = self.container.config["TASHBIK"]
        self.units = Units(
            self.storage.database,
            node=config.node,
            service=self.container.service_name,
            seal=event_seal(config),
            committed=self.storage.wake,
        )

    def get_dependency(self, worker_ctx: Any) -> Units:
        """Return the service's units of work."""
        assert self.units is not None  # noqa: S101 - set up before any worker runs
        return self.units


def event_seal(config: Config) -> Seal:
    """Return the node's seal for events, from ``<keys>/event.key``."""
    return Seal((config.keys / "event.key").read_bytes())
