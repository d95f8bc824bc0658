"""Answer calls, each under the contract that states it.

What becomes of a call, in this order:

* past its deadline: not run, not answered;
* malformed (no JSON object, no deadline, a changing call without an idempotency key): :class:`Invalid`;
* without a valid actor statement: :class:`Unauthenticated`; of an actor that the policy does not let:
  :class:`Forbidden`;
* against the contract's request schema: :class:`Invalid`, with the path of each field at fault;
* otherwise run in a worker, answered, and only then acknowledged. The same call may so come twice: reads do not mind,
  and changes carry their key (:meth:`chassis.work.Units.once`).

An error out of our tree crosses to the caller; any other is logged without the request, and crosses as a
:class:`TashbikError` that says nothing. An answer that cannot be sent is dropped: the call is not acknowledged, so the
broker delivers it again, and the service lives on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from kombu.message import Message
from marshmallow import ValidationError
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import DependencyProvider, Entrypoint, SharedExtension, register_entrypoint

from chassis import amqp, clock, identity, loading, metrics, spans, wire
from chassis.config import Config
from chassis.container import DEADLINE, TRACEPARENT, DeadlinePassed
from chassis.database import UNREACHABLE
from chassis.errors import Forbidden, Invalid, TashbikError, TooMany, Unavailable
from chassis.identity import Actor, Signer, Verifier
from chassis.link import Link
from chassis.logs import get_logger
from chassis.rpc_client import RPC_SYSTEM, RpcClient
from chassis.spans import Span
from contracts.envelope import RpcContract
from contracts.policy import POLICY, Scope, reach_of, scope_of

Method = Callable[..., Any]
Answer = tuple[bytes | None, str]
"""The body to send, None for nothing, and the outcome's name."""

log = get_logger()


@dataclass(frozen=True, slots=True)
class Call:
    """Carry one call to the method that answers it.

    ``request`` is loaded by the contract's schema. ``scope`` bounds which records exist for the actor: it goes into
    every query. ``key`` is the idempotency key, scoped by caller, empty for reads. ``if_version`` is the version that
    the caller looked at, where it said so. ``deadline`` is aware and UTC.
    """

    request: dict[str, Any]
    actor: Actor
    scope: Scope
    deadline: datetime
    operation: str = ""
    key: str = ""
    if_version: int | None = None
    traceparent: str = ""


def rpc(contract: RpcContract) -> Callable[[Method], Method]:
    """Make a service's method answer a contract's calls: ``def method(self, call: Call) -> dict``.

    The method bears the contract's method name, and returns plain JSON types that fit the contract's response.
    """

    def decorate(method: Method) -> Method:
        register_entrypoint(method, Answering(contract))
        return method

    return decorate


class Rpc(DependencyProvider):
    """Give a service a client that calls others as that service.

    A service may name it ``rpc`` and still declare its own calls below it, since it is the decorator :func:`rpc` too.
    """

    @property
    def connected(self) -> bool:
        """Tell whether the broker is connected."""
        client: RpcClient | None = self.__dict__.get("_client")
        return client is not None and client.connected

    def setup(self) -> None:
        """Read the service's key."""
        config: Config = self.container.config["TASHBIK"]
        service = self.container.service_name
        self._client = RpcClient(config, Signer(service, identity.private_key(config.keys, service)))

    def start(self) -> None:
        """Start the client."""
        self._client.start()

    def stop(self) -> None:
        """Stop the client, after the last worker has ended."""
        self._client.stop()

    def get_dependency(self, worker_ctx: Any) -> RpcClient:
        """Return the client."""
        return self._client

    def __call__(self, contract: RpcContract) -> Callable[[Method], Method]:
        """Decorate a method, as :func:`rpc` does."""
        return rpc(contract)


@dataclass(slots=True)
class _Arrival:
    """Hold a message, when it came, and what it asks for, as far as that is known."""

    message: Message
    operation: str = "unknown"
    started: float = field(default_factory=time.monotonic)
    span: Span | None = None

    def header(self, name: str) -> Any:
        return (self.message.headers or {}).get(name)


class RpcServer(SharedExtension):
    """Take a service's calls from its one queue and hand each to its method."""

    link = Link()

    def __init__(self) -> None:
        """Start with no methods."""
        super().__init__()
        self._methods: dict[str, Answering] = {}

    def setup(self) -> None:
        """Consume the service's queue, as many calls at once as it has workers."""
        config: Config = self.container.config["TASHBIK"]
        self._verifier = Verifier(identity.trusted_keys(config.keys))
        self.link.consume(wire.queue_of(self.container.service_name), self._on_message, config.workers)

    def register(self, method: Answering) -> None:
        """Add a method."""
        self._methods[method.contract.name] = method

    def _on_message(self, message: Message) -> None:
        self.container.spawn_managed_thread(partial(self._take, _Arrival(message)), identifier="rpc")

    def _take(self, arrival: _Arrival) -> None:
        """Admit a call or answer why not. Nothing escapes: that would end the service."""
        if self.link.stopping:
            return  # not acknowledged: another replica gets it
        try:
            self._admit(arrival)
        except ContainerBeingKilled:
            log.warning("call_handed_back", operation=arrival.operation)
        except Exception as error:  # the boundary: whatever a message holds, the service lives on
            self._answer(arrival, partial(self._refusal, arrival, error))

    def _admit(self, arrival: _Arrival) -> None:
        deadline = _deadline_of(arrival)
        if clock.now() >= deadline:
            raise DeadlinePassed
        method, call = self._read(arrival, deadline)
        self.container.spawn_worker(
            method,
            (call,),
            {},
            context_data={TRACEPARENT: call.traceparent, DEADLINE: deadline},
            handle_result=partial(self._on_result, arrival),
        )

    def _read(self, arrival: _Arrival, deadline: datetime) -> tuple[Answering, Call]:
        method = self._methods.get(arrival.message.delivery_info.get("routing_key", ""))
        if method is None:
            raise Invalid("The service answers no such call.")
        contract = method.contract
        arrival.operation = contract.name
        arrival.span = spans.begin(contract.name, spans.SERVER, str(arrival.header(wire.TRACEPARENT) or ""), RPC_SYSTEM)
        actor = self._verifier.actor(str(arrival.header(wire.STATEMENT) or ""))
        return method, Call(
            scope=_scope_of(contract.name, actor),
            request=method.load(arrival.message.body),
            actor=actor,
            deadline=deadline,
            operation=contract.name,
            key=_key_of(arrival, contract, actor),
            if_version=_version_of(arrival),
            traceparent=arrival.span.traceparent,
        )

    def _on_result(self, arrival: _Arrival, _context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        if exc_info:
            self._answer(arrival, partial(self._refusal, arrival, exc_info[1]))
        else:
            self._answer(arrival, partial(self._result, arrival, result))
        return None, None

    def _answer(self, arrival: _Arrival, make: Callable[[], Answer]) -> None:
        try:
            self._send(arrival, *make())
        except Exception:  # the boundary: an exception out of here would end the service
            log.exception("answer_not_sent", operation=arrival.operation)

    def _result(self, arrival: _Arrival, result: Any) -> Answer:
        try:
            return wire.dump_result(result), "ok"
        except (TooMany, TypeError) as error:  # too large, or no JSON
            return self._refusal(arrival, error)

    def _refusal(self, arrival: _Arrival, error: BaseException) -> Answer:
        match error:
            case DeadlinePassed():
                return None, "expired"
            case TashbikError():
                return wire.dump_error(error), error.code
            case _ if isinstance(error, UNREACHABLE):
                log.warning("database_unreachable", operation=arrival.operation, error=type(error).__name__)
                return wire.dump_error(
                    Unavailable("The database does not answer; the call may be made again.")
                ), "error"
        log.error("call_failed", operation=arrival.operation, exc_info=error)
        return wire.dump_error(TashbikError("The service met an error of its own.")), "error"

    def _send(self, arrival: _Arrival, body: bytes | None, outcome: str) -> None:
        message = arrival.message
        reply_to = message.properties.get("reply_to", "")
        if arrival.span:
            arrival.span.end(outcome, failed=outcome == "error")
        try:
            if body is not None and reply_to:
                self.link.publish(
                    body,
                    exchange=wire.REPLIES.name,
                    routing_key=reply_to,
                    channel=message.channel,
                    correlation_id=message.properties.get("correlation_id", ""),
                    delivery_mode=wire.TRANSIENT,
                )
        except amqp.BROKER_ERRORS as error:
            metrics.RPC_REPLIES_DROPPED.inc()
            log.warning("answer_dropped", operation=arrival.operation, error=type(error).__name__)
            return
        self.link.acknowledge(message)
        metrics.RPC_SERVER_SECONDS.labels(arrival.operation, outcome).observe(time.monotonic() - arrival.started)


class Answering(Entrypoint):
    """Tie one method to its contract."""

    server = RpcServer()

    def __init__(self, contract: RpcContract, **kwargs: Any) -> None:
        """Take the contract."""
        super().__init__(expected_exceptions=(TashbikError,), **kwargs)
        self.contract = contract
        self._schema = contract.request()

    def setup(self) -> None:
        """Register with the service's server. Raises ``RuntimeError`` where contract, method and policy disagree."""
        name = f"{self.container.service_name}.{self.method_name}"
        if name != self.contract.name:
            raise RuntimeError(f"{name} answers the contract {self.contract.name}: the names must agree")
        if name not in POLICY:
            raise RuntimeError(f"{name} is not in the access policy: nobody could call it")
        self.server.register(self)

    def stop(self) -> None:
        """Take no further calls; those in hand are finished."""
        self.server.link.pause()

    def load(self, body: bytes | str) -> dict[str, Any]:
        """Return the request in a call's body, as the contract's schema loads it; raise :class:`Invalid`."""
        try:
            loaded: dict[str, Any] = loading.load(self._schema, wire.load_request(body))
        except ValidationError as error:
            raise wire.invalid(error) from error
        return loaded


def _deadline_of(arrival: _Arrival) -> datetime:
    try:
        return clock.from_epoch_ms(int(arrival.header(wire.DEADLINE)))
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise Invalid("The call names no deadline.") from error


def _scope_of(operation: str, actor: Actor) -> Scope:
    reach = reach_of(operation, actor.role)
    scope = reach and scope_of(reach, actor=actor.label, organization=actor.organization, area=actor.area)
    if not scope:
        raise Forbidden("The caller may not do this.")
    return scope


def _key_of(arrival: _Arrival, contract: RpcContract, actor: Actor) -> str:
    key = arrival.header(wire.KEY)
    if not contract.changes:
        return ""
    if not isinstance(key, str) or not 0 < len(key) <= wire.KEY_LIMIT:
        raise Invalid(
            f"A changing call needs an idempotency key of at most {wire.KEY_LIMIT} characters.",
            [{"field": "Idempotency-Key", "code": "required", "message": "Give a key."}],
        )
    return f"{actor.label}|{key}"


def _version_of(arrival: _Arrival) -> int | None:
    version = arrival.header(wire.IF_VERSION)
    if version is not None and not isinstance(version, int):
        raise Invalid("The version that the call names is no number.")
    return version
