"""Answer public reads on the event loop, without a view: with what was kept, or with a record that is looked up."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from services.gateway.asked import Asked, asked_of
from services.gateway.bodies import REFUSAL
from services.gateway.cache import ROUTE, Answer, AnswerCache
from services.gateway.limits import COUNTED
from services.gateway.records import Records


class Public:
    """Answer public reads of one process. For one event loop: not thread-safe."""

    def __init__(
        self,
        cache: AnswerCache,
        records: Records,
        *,
        proxies: int,
        count: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what was kept, what looks up, how many proxies stand before us, and what counts or refuses a read."""
        self.cache = cache
        self._records = records
        self._proxies = proxies
        self._count = count
        self._clock = clock

    def asked(self, scope: Mapping[str, Any]) -> Asked | None:
        """Return what a request asks for; None where a view alone may answer it."""
        return asked_of(scope, self._proxies, self._clock())

    async def answer(self, asked: Asked, told: dict[str, Any]) -> Answer | None:
        """Return the answer; None where a view has to give it, which ``told`` then tells what is known already."""
        try:
            return self.cache.find(asked) or await self._look_up(asked, told)
        except Exception as error:  # whatever it is, Flask has the words for it
            told[REFUSAL] = error
            return None

    def learn(self, asked: Asked, answer: Answer, environ: Mapping[str, Any]) -> None:
        """Keep the answer of a view, and what it is like, if it is for everybody."""
        if route := environ.get(ROUTE):
            self.cache.keep(asked, answer, route)
            self._records.learn(asked, answer, route)

    async def _look_up(self, asked: Asked, told: dict[str, Any]) -> Answer | None:
        kind = self._records.kind(asked)
        if kind is None:
            return None
        self._count(asked.address)
        told[COUNTED] = True
        answer = await self._records.answer(kind, asked)
        if answer:
            self.cache.keep(asked, answer, kind.route)
        return answer
