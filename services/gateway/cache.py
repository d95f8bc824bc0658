"""Keep public answers for a moment, and give them again without a thread or a query.

What is the same for everybody (:func:`services.gateway.api.exchange.public` says so) is kept as it was sent, headers
and compressed bytes, from the moment at which its request *arrived*: so no caller is shown what is older than the
configured seconds, and who asks with ``Cache-Control: no-cache`` (RFC 9111, 5.2.1.4) is shown nothing kept at all. A
kept answer is counted, limited and measured as any other. One process keeps at most :data:`ROOM` bytes; the oldest go
first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chassis import metrics
from services.gateway.addresses import caller_address
from services.gateway.conditions import held
from services.gateway.tags import uncoded

ROUTE = "tashbik.public_route"
"""Where a view says, in a request's environment, that its answer is for everybody, and which route that was."""

ROOM = 16_000_000  # bytes
LARGEST = ROOM // 4
EACH = 1_000  # bytes that an answer takes beside its body and what was asked, about
BODY = frozenset({b"content-length", b"transfer-encoding"})
VARIES = frozenset({b"accept-encoding", b"origin"})
OF_CONTENT = frozenset({b"content-type", b"content-length", b"content-encoding"})
OK, NOT_MODIFIED = 200, 304

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]
"""A status, headers in lower case, and a body."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold what an answer depends on, and when it was asked for."""

    key: tuple[bytes, ...]
    condition: str
    address: str
    arrived: float


@dataclass(frozen=True, slots=True)
class Kept:
    """Hold an answer, until when it may be given, what names its measure, and about how many bytes it all takes."""

    answer: Answer
    tag: str
    route: str
    until: float
    size: int

    def answer_to(self, condition: str) -> Answer:
        """Return the answer, or that the caller holds it already (``If-None-Match``)."""
        if not (known := held(condition, self.tag)):
            return self.answer
        headers = [(name, text) for name, text in self.answer[1] if name not in OF_CONTENT and name != b"etag"]
        return NOT_MODIFIED, [*headers, (b"etag", known.encode("latin-1"))], b""


class AnswerCache:
    """Keep answers of one process. For one event loop: not thread-safe."""

    def __init__(
        self,
        seconds: float,
        *,
        proxies: int,
        allow: Callable[[str], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take for how long, how many proxies stand before us, and what counts an address' read, and may refuse it."""
        self._seconds = seconds
        self._proxies = proxies
        self._allow = allow
        self._clock = clock
        self._kept: dict[tuple[bytes, ...], Kept] = {}
        self._size = 0

    def asked(self, scope: Mapping[str, Any]) -> Asked | None:
        """Return what a request asks for; None where its answer is never kept."""
        if not self._seconds or scope["method"] != "GET":
            return None
        condition = forwarded = ""
        varying: dict[bytes, bytes] = {}
        for name, text in scope["headers"]:
            if name in BODY or (name == b"cache-control" and b"no-" in text):
                return None
            if name in VARIES:
                varying[name] = varying.get(name, b"") + b"," + text
            elif name == b"if-none-match":
                condition = f"{condition},{text.decode('latin-1')}"
            elif name == b"x-forwarded-for":
                forwarded = f"{forwarded},{text.decode('latin-1')}" if forwarded else text.decode("latin-1")
        key = (
            scope["raw_path"],
            scope["query_string"],
            varying.get(b"accept-encoding", b""),
            varying.get(b"origin", b""),
        )
        address = caller_address(scope["client"][0], forwarded, self._proxies)
        return Asked(key, condition, address, self._clock())

    def find(self, asked: Asked) -> Answer | None:
        """Return the answer that was kept for this; None where there is none, or the caller asks too often."""
        kept = self._kept.get(asked.key)
        if kept is None or kept.until <= asked.arrived or not self._allow(asked.address):
            return None
        answer = kept.answer_to(asked.condition)
        seconds = self._clock() - asked.arrived
        metrics.HTTP_SECONDS.labels(kept.route, "GET", str(answer[0])).observe(seconds)
        metrics.HTTP_KEPT.inc()
        return answer

    def keep(self, asked: Asked, answer: Answer, route: str) -> None:
        """Keep what a request was answered with, for the next ones."""
        tag = uncoded(dict(answer[1]).get(b"etag", b"").decode("latin-1"))
        size = EACH + len(answer[2]) + sum(map(len, asked.key))  # a caller chooses how long a key is
        kept = Kept(answer, tag, route, asked.arrived + self._seconds, size)
        if answer[0] != OK or not tag or kept.size > LARGEST:
            return
        self._drop(asked.key)
        self._kept[asked.key] = kept
        self._size += kept.size
        self._make_room()

    def _make_room(self) -> None:
        """Drop, oldest first, what is too old or too much."""
        now = self._clock()
        while self._kept:
            oldest = next(iter(self._kept))
            if self._size <= ROOM and self._kept[oldest].until > now:
                return
            self._drop(oldest)

    def _drop(self, key: tuple[bytes, ...]) -> None:
        if (kept := self._kept.pop(key, None)) is not None:
            self._size -= kept.size
