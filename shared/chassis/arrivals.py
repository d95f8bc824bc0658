"""Gather what comes from a queue into batches, in the order of arrival."""

from __future__ import annotations

import threading
import time
from collections import deque

from kombu.message import Message

from chassis import parcels
from chassis.link import is_alive


class Arrivals:
    """Keep the messages that came and are not at work yet. One thread adds them, another takes them."""

    def __init__(self, most: int, messages: int, wait: float) -> None:
        """Take what a batch is full with: so many events, fewer large ones, or messages; and how long one waits to be.

        That is in seconds. ``messages`` are fewer than may come before any is acknowledged.
        """
        self._most = most
        self._full = messages
        self._wait = wait
        self._messages: deque[Message] = deque()
        self._events = 0
        self._some = threading.Event()

    def __len__(self) -> int:
        """Return how many messages there are."""
        return len(self._messages)

    def add(self, message: Message) -> None:
        """Add a message. Those that came by a link that is lost are forgotten: they come again by this one."""
        if self._messages and self._messages[0].channel is not message.channel:
            self._messages.clear()
            self._events = 0
        self._messages.append(message)
        self._events += parcels.weight(message)
        self._some.set()

    def wait(self, seconds: float) -> None:
        """Wait until something comes, or somebody wakes us."""
        self._some.wait(seconds)
        self._some.clear()

    def wake(self) -> None:
        """End whoever waits."""
        self._some.set()

    def batch(self) -> list[Message]:
        """Take a batch, as soon as it is full or its time is over; what came by a link that is lost is left out."""
        deadline = time.monotonic() + self._wait
        while not self._is_full() and (left := deadline - time.monotonic()) > 0:
            self.wait(left)
        return [message for message in self._taken() if is_alive(message)]

    def _is_full(self) -> bool:
        return self._events >= self._most or len(self._messages) >= self._full

    def _taken(self) -> list[Message]:
        taken: list[Message] = []
        held = 0
        while self._messages and held < self._most:
            taken.append(self._messages.popleft())
            held += parcels.weight(taken[-1])
        self._events -= held
        return taken
