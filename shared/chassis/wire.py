"""State the form of a call and its answer on the broker, for caller and service alike.

::

    caller ── nameko-rpc (topic) ── <service>.<method> ──▶ rpc-<service> (durable) ──▶ service
       ▲                                                                                 │
       └── rpc.reply-<caller>-<uuid> (exclusive) ◀── rpc.replies (topic) ── correlation id ─┘

Exchange, queue and routing key of a call are Nameko's own. An answer goes by an exchange of ours and not by the
broker's default one, where whoever may publish may publish into anybody's queue. The administrator declares exchanges
and queues beforehand (:func:`declare`), so that a call made before the service has ever been started waits for it; a
service declares its own queue too. A call's body is its request as a JSON object; its headers are the constants below.
An answer's body is ``{"result": …}`` or ``{"error": {"code", "detail", "problems"}}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson
from kombu import Exchange, Queue
from marshmallow import ValidationError

from chassis.errors import Invalid, TashbikError, TooMany, from_wire, to_wire

EXCHANGE = Exchange("nameko-rpc", type="topic", durable=True)
REPLIES = Exchange("rpc.replies", type="topic", durable=True)
_STANDING = {
    name: Exchange(name, type="topic", durable=True, no_declare=True) for name in (EXCHANGE.name, REPLIES.name)
}
CONTENT_TYPE = "application/json"
SIZE_LIMIT = 1_000_000  # bytes of a body
KEY_LIMIT = 255  # characters of an idempotency key
TRANSIENT = 1  # delivery mode: a lost call is sent again by its caller

DEADLINE = "deadline"  # milliseconds since 1970, after which nobody waits for the answer
STATEMENT = "statement"  # see chassis.identity
KEY = "idempotency-key"  # on calls that change something
IF_VERSION = "if-version"  # the version that the caller looked at, where it said so
TRACEPARENT = "traceparent"

_CODES = {
    "Missing data for required field.": "required",
    "Field may not be null.": "null",
    "Unknown field.": "unknown",
}


def queue_of(service: str) -> Queue:
    """Return the queue that a service takes its calls from."""
    return Queue(f"rpc-{service}", exchange=_STANDING[EXCHANGE.name], routing_key=f"{service}.*", durable=True)


def reply_queue(caller: str, link: str) -> Queue:
    """Return the queue in which a caller waits for answers while its connection lives; ``link`` tells them apart."""
    name = f"rpc.reply-{caller}-{link}"
    return Queue(
        name, exchange=_STANDING[REPLIES.name], routing_key=name, exclusive=True, auto_delete=True, durable=False
    )


def declare(channel: Any, services: Iterable[str]) -> None:
    """Declare the exchanges of calls and answers, and the queues of services that answer. Idempotent."""
    for exchange in (EXCHANGE, REPLIES):
        exchange(channel).declare()
    for service in services:
        queue_of(service)(channel).declare()


def dump_request(request: dict[str, Any]) -> bytes:
    """Return a call's body. Raises :class:`TooMany` above :data:`SIZE_LIMIT`."""
    return _within_limit(orjson.dumps(request, option=orjson.OPT_UTC_Z), "The request")


def load_request(body: bytes | str) -> dict[str, Any]:
    """Return the request of a call's body. Raises :class:`Invalid` where it is not a JSON object."""
    try:
        request = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Invalid("The call's body is not JSON.") from error
    if not isinstance(request, dict):
        raise Invalid("The call's body is not a JSON object.")
    return request


def dump_result(result: Any) -> bytes:
    """Return the body of an answer. Raises :class:`TooMany` above :data:`SIZE_LIMIT`."""
    return _within_limit(orjson.dumps({"result": result}, option=orjson.OPT_UTC_Z), "The answer")


def dump_error(error: TashbikError) -> bytes:
    """Return the body of an answer that is an error."""
    return orjson.dumps({"error": to_wire(error)}, default=str)


def load_answer(body: bytes | str) -> Any:
    """Return the result in an answer's body, or raise the error that it is."""
    answer = orjson.loads(body)
    if "error" in answer:
        raise from_wire(answer["error"])
    return answer["result"]


def problems_of(messages: Any, path: str = "") -> Iterator[dict[str, Any]]:
    """Yield ``{"field", "code", "message"}`` for each of marshmallow's messages; ``field`` as ``members.0.birth_date``.

    A validator gives a code of its own by raising ``ValidationError({"code": …, "message": …})``.
    """
    match messages:
        case {"code": str(code), "message": message}:
            yield {"field": path, "code": code, "message": message}
        case dict():
            for name, inner in messages.items():
                yield from problems_of(inner, path if name == "_schema" else f"{path}.{name}".lstrip("."))
        case list():
            for inner in messages:
                yield from problems_of(inner, path)
        case _:
            yield {"field": path, "code": _CODES.get(str(messages), "invalid"), "message": str(messages)}


def invalid(error: ValidationError) -> Invalid:
    """Return our error for marshmallow's."""
    return Invalid("The request is not valid.", list(problems_of(error.messages)))


def _within_limit(body: bytes, what: str) -> bytes:
    if len(body) > SIZE_LIMIT:
        raise TooMany(f"{what} is larger than {SIZE_LIMIT} bytes; ask for less at once.")
    return body
