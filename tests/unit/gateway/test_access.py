"""Prove that every route is checked against the access policy, with every role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from contracts.catalogue import CALLS
from contracts.policy import POLICY, Role
from services.gateway.auth.guard import Guard, Operation
from services.gateway.parts import Parts
from tests.unit.gateway.fakes import Clock, FakeClients

ROLES = [role for role in Role if role is not Role.SERVICE]
METHODS = ("GET", "POST", "PATCH")


def routes(app: Flask) -> Iterator[tuple[str, str, Operation]]:
    """Yield method, path and operation of every route."""
    adapter = app.url_map.bind("qena.example")
    for rule in app.url_map.iter_rules():
        path = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, "some-id"))
        for method in METHODS:
            if method in (rule.methods or ()):
                yield method, path, app.view_functions[rule.endpoint].operation  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", ROLES)
def test_every_route_obeys_policy(app: Flask, http: FlaskClient, bearer, role: Role):
    wrong = {}
    for method, path, operation in routes(app):
        headers = {} if role is Role.PUBLIC else bearer(str(role), If_Match="*")
        with http.open(path, method=method, headers=headers) as answer:
            refused = answer.status_code in (401, 403)
        if refused != (role not in POLICY[operation.name]):
            wrong[f"{method} {path}"] = answer.status_code

    assert wrong == {}


def test_stranger_is_asked_for_token(http: FlaskClient):
    answer = http.get("/families")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_wrong_role_is_forbidden(http: FlaskClient, bearer):
    assert http.get("/families", headers=bearer("association")).status_code == 403


def test_every_call_has_a_route(app: Flask):
    routed = {operation.name for _, _, operation in routes(app)}
    outside = {contract.name for contract in CALLS if any(role in POLICY[contract.name] for role in ROLES)}
    imported = {"registry.put_organizations", "registry.put_services"}

    assert outside - imported <= routed


def test_view_without_operation_stops_start(parts: Parts):
    app = Flask("stray", static_folder=None)

    @app.get("/stray")
    def stray() -> str:
        return "open to all"

    with pytest.raises(LookupError, match="stray"):
        Guard(parts.credentials, parts.tokens).learn(app)


def test_revoked_client_is_refused_within_seconds(http: FlaskClient, bearer, clients: FakeClients, clock: Clock):
    headers = bearer("auditor")
    assert http.get("/families", headers=headers).status_code == 200

    clients.clients["auditor"] = replace(clients.clients["auditor"], revoked_at=datetime.now(UTC))
    clock.now += 4

    assert http.get("/families", headers=headers).status_code == 401


def test_expired_token_is_refused(http: FlaskClient, bearer, clock: Clock):
    headers = bearer("auditor")

    clock.now += 901

    assert http.get("/families", headers=headers).json["detail"] == "The token has expired; get a new one."


@pytest.mark.parametrize("header", ["Bearer", "Bearer  ", "Basic eDp5", "Bearer not.a.token", "Bearer " + "a" * 5000])
def test_other_headers_are_no_token(http: FlaskClient, header: str):
    assert http.get("/families", headers={"Authorization": header}).status_code == 401


def test_public_route_ignores_token(http: FlaskClient):
    assert http.get("/subjects", headers={"Authorization": "Bearer stale"}).status_code == 200
