"""Prove how the command line speaks to the API."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from cli.api import Api, Credentials, Refused

Answer = Callable[[httpx.Request], httpx.Response]


class Gateway:
    """Stand in for the API: tokens are numbered, and anything else is answered as told."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.tokens = 0
        self.seen: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            self.tokens += 1
            return httpx.Response(200, json={"access_token": f"token-{self.tokens}"})
        self.seen.append(request)
        return self.answer(request)


def an_api(gateway: Gateway) -> Api:
    return Api("http://node", Credentials("cli", "hunter2"), httpx.MockTransport(gateway))


def test_one_token_serves_many_calls():
    gateway = Gateway(lambda request: httpx.Response(200, json={}))

    with an_api(gateway) as api:
        api.get("/imports/1")
        api.get("/imports/1")

    assert gateway.tokens == 1
    assert {request.headers["Authorization"] for request in gateway.seen} == {"Bearer token-1"}


def test_expired_token_is_renewed():
    fresh = "Bearer token-2"
    gateway = Gateway(
        lambda request: httpx.Response(200 if request.headers["Authorization"] == fresh else 401, json={})
    )

    with an_api(gateway) as api:
        api.get("/imports/1")

    assert gateway.tokens == 2


def test_post_carries_idempotency_key():
    gateway = Gateway(lambda request: httpx.Response(202, json={"id": "1"}, headers={"Location": "/imports/1"}))

    with an_api(gateway) as api:
        first = api.post("/imports", json={})
        api.post("/imports", json={})

    assert first == ({"id": "1"}, "/imports/1")
    assert len({request.headers["Idempotency-Key"] for request in gateway.seen}) == 2


def test_problem_is_told_in_its_own_words():
    problem = {"detail": "The file is too large.", "problems": [{"field": "file", "message": "At most 50 MB."}]}
    gateway = Gateway(lambda request: httpx.Response(413, json=problem))

    with an_api(gateway) as api, pytest.raises(Refused) as refused:
        api.post("/imports", json={})

    assert str(refused.value) == "The file is too large. (HTTP 413)\n  file: At most 50 MB."


def test_change_names_no_version():
    gateway = Gateway(lambda request: httpx.Response(200, json={"version": 2}))

    with an_api(gateway) as api:
        changed = api.patch("/organizations/1", {"members_count": 135})

    sent = gateway.seen[0]
    assert (changed, sent.method, sent.headers["If-Match"]) == ({"version": 2}, "PATCH", "*")
    assert sent.headers["Idempotency-Key"]
