"""Turn a request into one call of a service, and the service's answer into an HTTP answer.

What the caller says in headers goes along with the call: who it is, its ``Idempotency-Key``, the version in its
``If-Match``, its trace. The key is scoped by caller and operation where it is kept: with its owner, in the transaction
of its effect. The gateway keeps nothing.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from itertools import chain
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import Response, g, request

from chassis.ids import new_id
from contracts.envelope import RpcContract
from services.gateway.auth.guard import READS, IfMatch, Operation
from services.gateway.cache import ROUTE
from services.gateway.conditions import expected_version, held, not_modified
from services.gateway.parts import parts
from services.gateway.problems import Refused
from services.gateway.streams import STREAM
from services.gateway.tags import digest, etag

JSON = "application/json"
GEOJSON = "application/geo+json"
PUBLIC_CACHE = "public, max-age=5"
WHOLE = 1_000_000  # bytes; an answer of no more is sent whole
PIECE = 65_536  # bytes
_KEY = re.compile(r"[\x20-\x7e]{1,255}")


def call(contract: RpcContract, asked: dict[str, Any]) -> Any:
    """Return what the contract's service answers the present caller."""
    operation: Operation = g.operation
    version = None
    if operation.if_match is not IfMatch.NONE:
        version = expected_version(request, required=operation.if_match is IfMatch.REQUIRED)
    return parts().rpc.call(
        contract,
        asked,
        actor=g.actor,
        key=idempotency_key() if contract.changes else "",
        if_version=version,
        traceparent=g.traceparent,
    )


def idempotency_key() -> str:
    """Return the caller's ``Idempotency-Key``, or a new one. Refuses one that is not 1 to 255 printable characters."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return new_id()
    if not _KEY.fullmatch(key):
        wrong = {"field": "Idempotency-Key", "code": "invalid", "message": "Give 1 to 255 printable ASCII characters."}
        raise Refused("malformed", "The Idempotency-Key is not well formed.", [wrong])
    return key


def record(answer: dict[str, Any]) -> Response:
    """Answer with one record and its tag, or that the caller holds it already."""
    body = dumps(answer)
    tag = etag(answer["version"], body)
    if request.method == "GET" and (known := held(_condition(), tag)):
        return not_modified(known)
    return Response(body, mimetype=JSON, headers={"ETag": tag})


def created(answer: dict[str, Any], path: str) -> Response:
    """Answer with a record that was made, and where it is: ``path``, with its id behind."""
    response = record(answer)
    response.status_code = 201
    response.headers["Location"] = f"{path}/{answer['id']}"
    return response


def plain(answer: Any, status: int = 200) -> Response:
    """Answer with what is no record."""
    return Response(dumps(answer), status, mimetype=JSON)


def page(answer: dict[str, Any]) -> Response:
    """Answer with a page, and a ``Link`` to the next one where there is one."""
    response = plain({"items": answer["items"], "next": answer["next"]})
    link(response, answer["next"])
    return response


def link(response: Response, cursor: str) -> None:
    """Add the ``Link`` (RFC 8288) to the page at a cursor, which may be empty."""
    if cursor:
        asked = {name: text for name, text in request.args.items() if name != "cursor"}
        response.headers["Link"] = f'<{request.path}?{urlencode({**asked, "cursor": cursor})}>; rel="next"'


def public(body: bytes, tag: str = "", mimetype: str = JSON) -> Response:
    """Answer with bytes that are the same for everybody, with their tag, or that the caller holds them already."""
    tag = tag or f'"{digest(body)}"'
    if g.operation.public and request.url_rule:
        request.environ[ROUTE] = request.url_rule.rule
    if request.method in READS and (known := held(_condition(), tag)):
        return not_modified(known, Cache_Control=PUBLIC_CACHE)
    return Response(body, mimetype=mimetype, headers={"ETag": tag, "Cache-Control": PUBLIC_CACHE})


def streamed(pieces: Iterable[bytes], mimetype: str = JSON) -> Response:
    """Answer with a body of any length, read from pieces as it is sent.

    Up to :data:`WHOLE` bytes it is as that of any other answer. What is longer has no tag, is not kept, and is one of a
    few that are under way at once; others are refused. Where it ends before its pieces do, a generator is closed.
    """
    coming = _gathered(pieces)
    beginning: list[bytes] = []
    for piece in coming:
        beginning.append(piece)
        if sum(map(len, beginning)) > WHOLE:
            return _long(beginning, coming, mimetype)
    body = b"".join(beginning)
    return public(body, mimetype=mimetype) if g.operation.public else Response(body, mimetype=mimetype)


def _long(beginning: list[bytes], coming: Generator[bytes, None, None], mimetype: str) -> Response:
    with ExitStack() as failing:
        failing.callback(coming.close)
        if place := request.environ.get(STREAM):
            place.take()
        headers = {"Cache-Control": PUBLIC_CACHE} if g.operation.public else {}
        response = Response(chain(beginning, coming), mimetype=mimetype, headers=headers)
        response.call_on_close(coming.close)
        failing.pop_all()
        return response


def _gathered(pieces: Iterable[bytes]) -> Generator[bytes, None, None]:
    """Make pieces of :data:`PIECE` bytes or a little more, so that few are sent."""
    held: list[bytes] = []
    size = 0
    with _closed(pieces):
        for piece in pieces:
            held.append(piece)
            size += len(piece)
            if size >= PIECE:
                yield b"".join(held)
                held, size = [], 0
    yield b"".join(held)


def _closed(pieces: Iterable[bytes]) -> AbstractContextManager[object]:
    """Close, in the end, what can be closed: not whenever it is collected, but at once, with the query behind it."""
    return closing(pieces) if isinstance(pieces, Generator) else nullcontext()


def _condition() -> str:
    return request.headers.get("If-None-Match", "")


def listed(items: Iterable[bytes], cursor: str = "") -> bytes:
    """Return the body of a page from records that are JSON already."""
    return b'{"items":[%b],"next":%b}' % (b",".join(items), orjson.dumps(cursor))


def features(items: Iterable[bytes]) -> Iterator[bytes]:
    """Give a GeoJSON FeatureCollection (RFC 7946) of features that are JSON already, in pieces."""
    separator = b'{"type":"FeatureCollection","features":['
    with _closed(items):
        for item in items:
            yield separator + item
            separator = b","
    yield b"]}" if separator == b"," else separator + b"]}"


def dumps(answer: Any) -> bytes:
    """Return JSON; times in UTC, with ``Z``."""
    return orjson.dumps(answer, option=orjson.OPT_UTC_Z)
