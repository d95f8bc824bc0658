"""Keep public answers for a moment, and give them again without a thread or a query.

What is the same for everybody (:func:`services.gateway.api.exchange.public` says so) is kept as it was sent, headers
and compressed bytes, from the moment at which its request *arrived*: so no caller is shown what is older than the
configured seconds, and who asks for a fresh answer is shown nothing kept at all. A kept answer is counted, limited and
measured as any other. One process keeps at most :data:`ROOM` bytes; the oldest go first.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from chassis import metrics
from services.gateway.asked import Asked
from services.gateway.conditions import held
from services.gateway.tags import uncoded

ROUTE = "tashbik.public_route"
"""Where a view says, in a request's environment, that its answer is for everybody, and which route that was."""

ROOM = 16_000_000  # bytes
LARGEST = ROOM // 4
EACH = 1_000  # bytes that an answer takes beside its body and what was asked, about
OF_CONTENT = frozenset({b"content-type", b"content-length", b"content-encoding"})
OK, NOT_MODIFIED = 200, 304

Headers = list[tuple[bytes, bytes]]
Answer = tuple[int, Headers, bytes]
"""A status, headers in lower case, and a body."""


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
        known = held(condition, self.tag)
        return unmodified(self.answer[1], known) if known else self.answer


def unmodified(headers: Headers, tag: str) -> Answer:
    """Return, for an answer of these headers, that the caller holds it already, by a tag."""
    kept = [(name, text) for name, text in headers if name not in OF_CONTENT and name != b"etag"]
    return NOT_MODIFIED, [*kept, (b"etag", tag.encode("latin-1"))], b""


class AnswerCache:
    """Keep answers of one process. For one event loop: not thread-safe."""

    def __init__(
        self, seconds: float, *, count: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Take for how long, and what counts an address' read, or refuses it."""
        self._seconds = seconds
        self._count = count
        self._clock = clock
        self._kept: dict[tuple[object, ...], Kept] = {}
        self._size = 0

    def find(self, asked: Asked) -> Answer | None:
        """Return the answer that was kept for this; None where there is none. Refuses who asks too often."""
        kept = None if asked.fresh else self._kept.get(asked.key)
        if kept is None or kept.until <= asked.arrived:
            return None
        self._count(asked.address)
        answer = kept.answer_to(asked.condition)
        seconds = self._clock() - asked.arrived
        metrics.HTTP_SECONDS.labels(kept.route, "GET", str(answer[0])).observe(seconds)
        metrics.HTTP_KEPT.inc()
        return answer

    def keep(self, asked: Asked, answer: Answer, route: str) -> None:
        """Keep what a request was answered with, for the next ones."""
        if not self._seconds or asked.fresh or answer[0] != OK:
            return
        tag = uncoded(dict(answer[1]).get(b"etag", b"").decode("latin-1"))
        size = EACH + len(answer[2]) + sum(map(len, asked.key))  # a caller chooses how long a key is
        kept = Kept(answer, tag, route, asked.arrived + self._seconds, size)
        if not tag or kept.size > LARGEST:
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

    def _drop(self, key: tuple[object, ...]) -> None:
        if (kept := self._kept.pop(key, None)) is not None:
            self._size -= kept.size
