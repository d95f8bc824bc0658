"""Call a node's HTTP API as another system would: with a token, an idempotency key, and errors that say what to fix."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx

from chassis.config import Config
from chassis.ids import new_id
from cli.clients import register
from cli.process import write_private
from contracts.policy import Role
from services.gateway.auth.clients import Client, fits
from services.gateway.auth.store import ClientStore

TIMEOUT = 60.0
CREDENTIALS = "cli.client"  # lies beside the keys
NAME = "tashbik command line"


class Refused(Exception):
    """Say what the API refused, with the problem's own words."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Hold a client's id and secret."""

    client_id: str
    secret: str


class Api:
    """Speak to one node's API. Use it as a context manager."""

    def __init__(self, url: str, credentials: Credentials, transport: httpx.BaseTransport | None = None) -> None:
        """Take the API's address and who we are; nothing is sent yet."""
        self._credentials = credentials
        self._http = httpx.Client(base_url=url, timeout=TIMEOUT, transport=transport)
        self._token = ""

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *raised: object) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str, **parameters: Any) -> dict[str, Any]:
        """Return what is at a path."""
        return self._json(self._send("GET", path, params=parameters))

    def post(self, path: str, **content: Any) -> tuple[dict[str, Any], str]:
        """Post something (``json=…``, or ``files=…`` and ``data=…``) and return the answer and its ``Location``.

        Not repeated by itself; the idempotency key is made anew for each call.
        """
        answer = self._send("POST", path, headers={"Idempotency-Key": new_id()}, **content)
        return self._json(answer), answer.headers.get("Location", "")

    def patch(self, path: str, changes: dict[str, Any]) -> dict[str, Any]:
        """Change something, whatever its version, and return it. Not repeated by itself, as with :meth:`post`."""
        headers = {"Idempotency-Key": new_id(), "If-Match": "*"}
        return self._json(self._send("PATCH", path, headers=headers, json=changes))

    def _send(self, method: str, path: str, headers: dict[str, str] | None = None, **options: Any) -> httpx.Response:
        answer = self._http.request(method, path, headers=self._authorized(headers), **options)
        if answer.status_code == httpx.codes.UNAUTHORIZED and self._token:
            self._token = ""  # it has expired
            answer = self._http.request(method, path, headers=self._authorized(headers), **options)
        if answer.is_error:
            raise Refused(_said(answer))
        return answer

    def _authorized(self, headers: dict[str, str] | None) -> dict[str, str]:
        if not self._token:
            self._token = self._new_token()
        return {**(headers or {}), "Authorization": f"Bearer {self._token}"}

    def _new_token(self) -> str:
        who = (self._credentials.client_id, self._credentials.secret)
        answer = self._http.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=who)
        if answer.is_error:
            raise Refused(f"The node gives the client {self._credentials.client_id} no token: {_said(answer)}")
        return str(answer.json()["access_token"])

    @staticmethod
    def _json(answer: httpx.Response) -> dict[str, Any]:
        return dict(answer.json()) if answer.content else {}


def own_credentials(config: Config, store: ClientStore) -> Credentials:
    """Return the credentials of this tool, an operator; they are kept beside the keys.

    They are made at their first use, and anew where they do not hold any more.
    """
    path = config.keys / CREDENTIALS
    known = _kept(path)
    if known and _holds(known, store.find(known.client_id)):
        return known
    client, secret = register(store, name=NAME, role=Role.OPERATOR)
    write_private(path, f"{client.id}{os.linesep}{secret}{os.linesep}")
    return Credentials(client.id, secret)


def _holds(credentials: Credentials, client: Client | None) -> bool:
    return client is not None and client.active and fits(credentials.secret, client.secret)


def _kept(path: Path) -> Credentials | None:
    try:
        client_id, secret = path.read_text(encoding="utf-8").split()
    except FileNotFoundError:
        return None
    return Credentials(client_id, secret)


def _said(answer: httpx.Response) -> str:
    """Return what a problem (RFC 9457), or OAuth's error, says."""
    try:
        problem = answer.json()
    except ValueError:
        return f"HTTP {answer.status_code}"
    said = problem.get("detail") or problem.get("error_description") or problem.get("title") or ""
    lines = [f"{said} (HTTP {answer.status_code})"]
    for each in problem.get("problems") or []:
        lines.append(f"  {each.get('field', '')}: {each.get('message') or each.get('code', '')}")
    return "\n".join(lines)
