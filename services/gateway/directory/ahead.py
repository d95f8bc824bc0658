"""Read what comes next while something else is done with what was read before."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from threading import Thread
from typing import Generic, TypeVar

Place = TypeVar("Place")
Found = TypeVar("Found")


class Ahead(Generic[Place, Found]):
    """Read by a place; one thing at a time may be begun beforehand, in a thread that nobody waits for at the end."""

    def __init__(self, read: Callable[[Place], Found]) -> None:
        """Take what reads."""
        self._read = read
        self._begun: tuple[Place, Future[Found]] | None = None

    def begin(self, place: Place) -> None:
        """Begin to read what is to be taken next."""
        coming: Future[Found] = Future()
        self._begun = (place, coming)
        Thread(target=copy_context().run, args=(self._fulfil, place, coming), daemon=True).start()

    def take(self, place: Place) -> Found:
        """Return what is there, begun or not; raise what reading it raises."""
        begun, self._begun = self._begun, None
        return begun[1].result() if begun and begun[0] == place else self._read(place)

    def _fulfil(self, place: Place, coming: Future[Found]) -> None:
        try:
            coming.set_result(self._read(place))
        except BaseException as error:  # whoever takes it is told, and would else wait for ever
            coming.set_exception(error)
