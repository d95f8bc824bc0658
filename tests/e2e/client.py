"""Speak to the node's API as another system does, and see the whole answer: status, headers, problem."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx

from chassis.ids import new_id
from cli.api import Credentials

TIMEOUT = 30.0
RENEW = 600.0  # seconds; a token lives for 900

Json = dict[str, Any]


class Client:
    """Be one client of one address; without credentials, the public. Gets its token at its first request."""

    def __init__(self, url: str, credentials: Credentials | None = None) -> None:
        self.http = httpx.Client(base_url=url, timeout=TIMEOUT)
        self.credentials = credentials
        self._token, self._until = "", 0.0

    @property
    def id(self) -> str:
        """Return the client's id, as it stands in the actors of events and histories."""
        return self.credentials.client_id if self.credentials else ""

    @property
    def token(self) -> str:
        """Return a token that is valid now."""
        if time.monotonic() > self._until:
            assert self.credentials
            who = (self.credentials.client_id, self.credentials.secret)
            answer = self.http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=who)
            self._token, self._until = answer.raise_for_status().json()["access_token"], time.monotonic() + RENEW
        return self._token

    def send(
        self, method: str, path: str, body: Any = None, *, key: str = "", match: str = "", held: str = "", **more: Any
    ) -> httpx.Response:
        """Send one request. ``key`` is its Idempotency-Key, ``match`` its If-Match, ``held`` its If-None-Match."""
        named = {"Idempotency-Key": key, "If-Match": match, "If-None-Match": held, **more.pop("headers", {})}
        headers = {name: text for name, text in named.items() if text}
        if self.credentials and "Authorization" not in headers:
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            more["json"] = body
        return self.http.request(method, path, headers=headers, **more)

    def get(self, path: str, **parameters: Any) -> Json:
        """Return what is at a path."""
        return _good(self.send("GET", path, params=parameters))

    def post(self, path: str, body: Any = None, **more: Any) -> Json:
        """Post something and return the answer."""
        return _good(self.send("POST", path, body, **{"key": new_id(), **more}))

    def items(self, path: str, limit: int = 200, **parameters: Any) -> list[Json]:
        """Return every item of a list, page by page."""
        return [item for page in self.pages(path, limit=limit, **parameters) for item in page.json()["items"]]

    def pages(self, path: str, **parameters: Any) -> Iterator[httpx.Response]:
        """Yield the pages of a list, following the ``Link`` of each to the next."""
        answer = self.send("GET", path, params=parameters)
        while True:
            yield answer.raise_for_status()
            if "next" not in answer.links:
                return
            answer = self.send("GET", answer.links["next"]["url"])

    def close(self) -> None:
        """Close the connections."""
        self.http.close()


def _good(answer: httpx.Response) -> Json:
    assert answer.is_success, f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}"
    return dict(answer.json())
