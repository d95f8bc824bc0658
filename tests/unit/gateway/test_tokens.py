"""Prove how clients get tokens, and what a token is."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from chassis.errors import Unauthenticated
from contracts.policy import Role
from services.gateway.auth.tokens import Tokens
from services.gateway.parts import Parts
from tests.unit.gateway.fakes import SECRET, Clock, FakeClients, client_of

FORM = {"grant_type": "client_credentials", "client_id": "officer", "client_secret": SECRET}


def basic(pair: str) -> dict[str, str]:
    """Return an HTTP Basic header."""
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def test_form_gets_a_token(http: FlaskClient):
    answer = http.post("/oauth/token", data=FORM)

    assert answer.status_code == 200
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", 900)
    assert answer.headers["Cache-Control"] == "no-store"


def test_basic_gets_a_token(http: FlaskClient):
    answer = http.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=basic(f"officer:{SECRET}"))

    assert answer.status_code == 200


def test_token_opens_a_route(http: FlaskClient):
    token = http.post("/oauth/token", data=FORM).json["access_token"]

    assert http.get("/families", headers={"Authorization": f"Bearer {token}"}).status_code == 200


@pytest.mark.parametrize(
    ("form", "headers", "status", "error"),
    [
        ({**FORM, "client_secret": "wrong"}, {}, 401, "invalid_client"),
        ({**FORM, "client_id": "nobody"}, {}, 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, {}, 401, "invalid_client"),
        ({**FORM, "grant_type": "pass'word\"\n"}, {}, 400, "unsupported_grant_type"),
        ({key: FORM[key] for key in ("client_id", "client_secret")}, {}, 400, "invalid_request"),
        ({**FORM, "scope": "everything"}, {}, 400, "invalid_scope"),
        ({**FORM, "client_id": ["officer", "operator"]}, {}, 400, "invalid_request"),
        (FORM, basic(f"officer:{SECRET}"), 400, "invalid_request"),
        ({"grant_type": "client_credentials"}, basic("no colon"), 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, {"Authorization": "Basic \x80"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, {"Authorization": "Bearer x"}, 401, "invalid_client"),
    ],
)
def test_refusal_is_oauths(http: FlaskClient, form: dict[str, Any], headers: dict[str, str], status: int, error: str):
    answer = http.post("/oauth/token", data=form, headers=headers)

    assert (answer.status_code, answer.json["error"], answer.mimetype) == (status, error, "application/json")
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


def test_json_is_no_token_request(http: FlaskClient):
    assert http.post("/oauth/token", json=FORM).status_code == 415


def test_revoked_client_gets_none(http: FlaskClient, clients: FakeClients):
    del clients.clients["officer"]

    assert http.post("/oauth/token", data=FORM).status_code == 401


def test_secret_in_basic_is_form_encoded(http: FlaskClient, clients: FakeClients):
    clients.clients["an officer"] = clients.clients["officer"]

    answer = http.post("/oauth/token", data={"grant_type": "client_credentials"}, headers=basic(f"an+officer:{SECRET}"))

    assert answer.status_code == 200


def test_token_is_as_rfc_9068_has_it(http: FlaskClient, clock: Clock):
    keys = KeySet.import_key_set(http.get("/.well-known/jwks.json").json)

    token = jwt.decode(http.post("/oauth/token", data=FORM).json["access_token"], keys, algorithms=["Ed25519"])

    assert token.header["typ"] == "at+jwt"
    assert {name: token.claims[name] for name in ("iss", "aud", "sub", "client_id", "role", "area", "exp")} == {
        "iss": "https://qena.example",
        "aud": "https://qena.example",
        "sub": "officer",
        "client_id": "officer",
        "role": "officer",
        "area": "EG29",
        "exp": int(clock.now) + 900,
    }


def test_published_key_is_public_only(http: FlaskClient):
    assert "d" not in http.get("/.well-known/jwks.json").json["keys"][0]


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"typ": "JWT"}, {}),
        ({}, {"aud": "https://hebron.example"}),
        ({}, {"iss": "https://hebron.example"}),
        ({}, {"role": None}),
        ({}, {"exp": "soon"}),
        ({}, {"nbf": 4_102_444_800}),
    ],
)
def test_token_for_something_else_is_refused(parts: Parts, header: dict[str, str], claims: dict[str, Any]):
    key = OKPKey.generate_key("Ed25519")
    tokens = Tokens(key, "https://qena.example")
    ours = jwt.decode(tokens.issue(client_of(Role.OFFICER))["access_token"], key, algorithms=["Ed25519"])

    forged = jwt.encode({**ours.header, **header}, {**ours.claims, **claims}, key, algorithms=["Ed25519"])

    with pytest.raises(Unauthenticated):
        tokens.actor(forged)


def test_token_of_another_key_is_refused(parts: Parts):
    stranger = Tokens(OKPKey.generate_key("Ed25519"), "https://qena.example")

    with pytest.raises(Unauthenticated):
        parts.tokens.actor(stranger.issue(client_of(Role.OPERATOR))["access_token"])


def test_token_without_signature_is_refused(parts: Parts):
    header, claims, _ = parts.tokens.issue(client_of(Role.OPERATOR))["access_token"].split(".")
    plain = base64.urlsafe_b64encode(b'{"alg":"none","typ":"at+jwt"}').decode().rstrip("=")

    for forged in (f"{plain}.{claims}.", f"{header}.{claims}."):
        with pytest.raises(Unauthenticated):
            parts.tokens.actor(forged)
