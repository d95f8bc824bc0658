"""Answer reads of single public records without a view: looked up together, a few threads for all.

::

    GET /organizations/<id> ──▶ Records ──▶ Gathering ──▶ one query for many ids ──▶ the answers
                                   └── whatever is out of the ordinary ──▶ Flask

Flask alone says what an answer is like. The first of each form goes through it, and the headers that it has there are
those of the next, all but the tag and the length. So nothing is answered here that a view has not said to be for
everybody (:func:`services.gateway.api.exchange.public`); and what is not found, or asked for in another way, is a
view's to answer. See ``docs/decisions/0016-records-without-a-view.md``.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from flask import Flask
from flask_compress.flask_compress import _choose_algorithm, _compress_data

from chassis import metrics
from services.gateway.api.paths import RecordId
from services.gateway.asked import Asked
from services.gateway.cache import OK, Answer, Headers, unmodified
from services.gateway.conditions import held
from services.gateway.directory.views import Directory
from services.gateway.gathering import Gathering
from services.gateway.tags import coded

Find = Callable[[Collection[str]], Mapping[str, tuple[bytes, str]]]
"""Return records by their ids, each as the body of its answer and its tag; those that there are not are left out."""

FOUND_BY: dict[str, Callable[[Directory], Find]] = {
    "/organizations/<record:id>": lambda directory: directory.organizations,
    "/services/<record:id>": lambda directory: directory.services,
    "/hsds/organizations/<record:id>": lambda directory: directory.hsds.organizations,
    "/hsds/services/<record:id>": lambda directory: directory.hsds.services,
    "/hsds/service_at_locations/<record:id>": lambda directory: directory.hsds.at_locations,
}
"""What is answered so: each route, and what finds its records."""

ID = "<record:id>"
OWN = frozenset({b"etag", b"content-length", b"date"})  # headers that one answer does not share with the next
_ID = re.compile(RecordId.regex.encode())


@dataclass(frozen=True, slots=True)
class Kind:
    """Hold one kind of record: its route, what looks it up, and the headers of its answers by their encoding."""

    route: str
    gathering: Gathering[Asked, Answer | None]
    headers: dict[str, Headers] = field(default_factory=dict)


class Records:
    """Answer reads of public records. For one event loop: not thread-safe."""

    def __init__(self, app: Flask, found_by: Mapping[str, Find], clock: Callable[[], float] = time.monotonic) -> None:
        """Take the application whose answers these are, and what finds the records of its routes."""
        self._app = app
        self._encodings = tuple(app.config["COMPRESS_ALGORITHM"])
        self._clock = clock
        self._kinds = {route.removesuffix(ID).encode(): self._kind(route, find) for route, find in found_by.items()}

    def kind(self, asked: Asked) -> Kind | None:
        """Return which kind of record is asked for; None where a view has to answer."""
        kind = self._asked_for(asked)
        return kind if kind and kind.headers else None

    async def answer(self, kind: Kind, asked: Asked) -> Answer | None:
        """Return the answer; None where a view has to give it. Raises what the database raises."""
        answer = await kind.gathering.ask(asked)
        if answer:
            seconds = self._clock() - asked.arrived
            metrics.HTTP_SECONDS.labels(kind.route, "GET", str(answer[0])).observe(seconds)
        return answer

    def learn(self, asked: Asked, answer: Answer, route: str) -> None:
        """Note what headers an answer of a view has."""
        kind = self._asked_for(asked)
        if kind and kind.route == route and answer[0] == OK:
            shared = [(name, text) for name, text in answer[1] if name not in OWN]
            kind.headers[dict(shared).get(b"content-encoding", b"").decode()] = shared

    def _asked_for(self, asked: Asked) -> Kind | None:
        """Return the kind of what is asked for in the ordinary way, by what may be an id."""
        before, slash, id_ = asked.path.rpartition(b"/")
        kind = self._kinds.get(before + slash)
        return kind if kind and not asked.query and not asked.origin and _ID.fullmatch(id_) else None

    def _kind(self, route: str, find: Find) -> Kind:
        def look_up(together: Sequence[Asked]) -> Sequence[Answer | None]:
            ids = [one.path.rpartition(b"/")[2].decode() for one in together]
            found = find(set(ids))
            asked = zip(ids, together, strict=True)
            return [self._answer(kind, one, *found[id_]) if id_ in found else None for id_, one in asked]

        kind = Kind(route, Gathering(look_up))
        return kind

    def _answer(self, kind: Kind, asked: Asked, body: bytes, tag: str) -> Answer | None:
        coding = self._coding(asked, body)
        headers = kind.headers.get(coding)
        if headers is None:
            return None
        if known := held(asked.condition, tag):
            return unmodified(headers, known)
        if coding:
            body, tag = _compress_data(self._app, body, coding), coded(tag, coding)
        own = [(b"etag", tag.encode("latin-1")), (b"content-length", b"%d" % len(body))]
        return OK, [*headers, *own], body

    def _coding(self, asked: Asked, body: bytes) -> str:
        """Return how Flask-Compress would send a body: by which encoding, or by none."""
        if len(body) < self._app.config["COMPRESS_MIN_SIZE"]:
            return ""
        return _choose_algorithm(self._encodings, asked.encodings) or ""
