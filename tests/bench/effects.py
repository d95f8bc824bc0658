"""See when what was asked for is there: a record in the directory, a text at the SMSC."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from pymongo.collection import Collection

LOOK = 0.005

Key = Callable[[dict[str, Any]], Hashable]


class Moments:
    """Keep the monotonic moment at which each key was seen, or seen for the ``wanted``-th time. Thread-safe."""

    def __init__(self, wanted: int = 1) -> None:
        """Start with nothing seen."""
        self._wanted = wanted
        self._counts: Counter[Hashable] = Counter()
        self._moments: dict[Hashable, float] = {}

    def see(self, key: Hashable, moment: float) -> None:
        """Note that a key was seen."""
        self._counts[key] += 1
        if self._counts[key] == self._wanted:
            self._moments[key] = moment

    def of(self, key: Hashable) -> float | None:
        """Return when a key was seen, None where it was not yet."""
        return self._moments.get(key)


@contextmanager
def inserts(collection: Collection[Any], key: Key, wanted: int = 1, fields: tuple[str, ...] = ()) -> Iterator[Moments]:
    """Note each document that comes into a collection, by a key that is made of it (``_id`` and ``fields``)."""
    moments, stop = Moments(wanted), threading.Event()
    shown = {"documentKey": 1, **{f"fullDocument.{name}": 1 for name in fields}}
    stages: list[dict[str, Any]] = [{"$match": {"operationType": "insert"}}, {"$project": shown}]

    def watch() -> None:
        while not stop.is_set():
            change = stream.try_next()
            if change is not None:
                moments.see(key({**change.get("fullDocument", {}), **change["documentKey"]}), time.monotonic())

    with collection.watch(stages, max_await_time_ms=100) as stream, _running(watch, stop):
        yield moments


@contextmanager
def texts(path: Path) -> Iterator[Moments]:
    """Note each text that the demo's SMSC accepts from now on, by its number, at the moment that it wrote down."""
    moments, stop = Moments(), threading.Event()
    path.touch()
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)

        def watch() -> None:
            rest = b""
            while not stop.wait(LOOK):
                *whole, rest = (rest + file.read()).split(b"\n")
                for line in whole:
                    moments.see(*_text(orjson.loads(line)))

        with _running(watch, stop):
            yield moments


def _text(line: dict[str, Any]) -> tuple[str, float]:
    return line["destination"], datetime.fromisoformat(line["time"]).timestamp() - time.time() + time.monotonic()


@contextmanager
def _running(watch: Callable[[], None], stop: threading.Event) -> Iterator[None]:
    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
