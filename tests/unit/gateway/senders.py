"""Send requests to the server as granian does, at any pace."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from services.gateway.server import Server

HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"

Headers = list[tuple[bytes, bytes]]


@dataclass
class Sender:
    """Hold one request: pieces of its body, and what comes behind them: its end, a silence, or the sender's end."""

    path: str = "/echo"
    pieces: Iterable[bytes] = ()
    method: str = "POST"
    length: int | None = None
    address: str = HERE
    headers: Headers = field(default_factory=list)
    silent: bool = False
    gone: bool = False
    gap: float = 0.0
    said: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0

    def __post_init__(self) -> None:
        """Take the pieces one by one."""
        self._pieces = iter(self.pieces)
        self._hung_up = asyncio.Event()

    @property
    def scope(self) -> dict[str, Any]:
        """Return what granian tells of the request."""
        announced = [(b"content-length", str(self.length).encode())] if self.length is not None else []
        path, _, query = self.path.partition("?")
        return {
            "type": "http",
            "http_version": "1.1",
            "method": self.method,
            "scheme": "http",
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "server": ("127.0.0.1", "8080"),
            "client": (self.address, "50000"),
            "headers": [(b"host", b"qena.example"), *announced, *self.headers],
        }

    async def receive(self) -> dict[str, Any]:
        """Give the next piece."""
        self.asked += 1
        await asyncio.sleep(self.gap)
        piece = next(self._pieces, None)
        if piece is not None:
            return {"type": "http.request", "body": piece, "more_body": True}
        if self.gone:
            return {"type": "http.disconnect"}
        if self.silent:
            await self._hung_up.wait()
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": b"", "more_body": False}

    def hang_up(self) -> None:
        """Be silent no more, but gone."""
        self._hung_up.set()

    async def say(self, message: dict[str, Any]) -> None:
        """Take a part of the answer."""
        self.said.append(message)

    async def send(self, server: Server) -> Sender:
        """Send the request and return once it is answered."""
        await server(self.scope, self.receive, self.say)
        return self

    @property
    def status(self) -> int:
        """Return the answer's status; 0 while there is none."""
        return int(self.said[0]["status"]) if self.said else 0

    @property
    def answer(self) -> dict[str, str]:
        """Return the answer's headers."""
        return {name.decode(): text.decode() for name, text in self.said[0]["headers"]}

    @property
    def body(self) -> bytes:
        """Return the answer's body."""
        return b"".join(message["body"] for message in self.said[1:])

    @property
    def json(self) -> Any:
        """Return the answer's body, read as JSON."""
        return orjson.loads(self.body)
