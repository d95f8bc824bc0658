"""Prove which tokens of an identity provider are taken, and what the gateway answers to others."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
import structlog
from flask.testing import FlaskClient
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry
from prometheus_client import REGISTRY

from chassis.config import Config
from chassis.errors import Unauthenticated
from chassis.identity import Actor
from contracts.policy import Role
from services.gateway.app import create_app
from services.gateway.auth.provider import LONGEST, SKEW, Provider
from services.gateway.parts import Parts
from tests.provider import AREA, AUDIENCE, IdentityProvider, encoded
from tests.unit.gateway.fakes import FakeServices, client_of
from tests.unit.gateway.providers import ISSUER, provider_for


@pytest.fixture
def http(settings: Config, parts: Parts, provider: Provider) -> FlaskClient:
    """Give a caller of an application that takes its tokens."""
    return create_app(settings, replace(parts, provider=provider), rate_storage="memory://").test_client()


def bearer(token: str) -> dict[str, str]:
    """Return a header with a token."""
    return {"Authorization": f"Bearer {token}"}


# Tokens


@pytest.mark.parametrize(
    ("key", "alg"),
    [
        (RSAKey.generate_key(2048), "RS256"),
        (RSAKey.generate_key(2048), "PS256"),
        (ECKey.generate_key("P-256"), "ES256"),
        (OKPKey.generate_key("Ed25519"), "EdDSA"),
        (OKPKey.generate_key("Ed25519"), "Ed25519"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_asymmetric_algorithm_is_taken(idp: IdentityProvider, provider: Provider, key: Any, alg: str):
    idp.rotate("one", key)

    actor = provider.actor(idp.token(alg=alg))

    assert (actor.role, actor.area, actor.organization) == ("case_worker", AREA, "")


def test_other_algorithm_of_the_key_is_refused(idp: IdentityProvider, provider: Provider):
    idp.rotate("one", RSAKey.generate_key(2048))

    for alg in ("RS384", "RS512", "PS384"):
        with pytest.raises(Unauthenticated):
            provider.actor(idp.token(alg=alg))


def test_algorithm_that_the_key_does_not_name_is_refused(idp: IdentityProvider):
    key = RSAKey.generate_key(2048)
    idp.rotate("one", key)
    jwks = {"keys": [{**key.as_dict(private=False), "kid": "one", "alg": "PS256"}]}
    provider = provider_for(idp, ask=lambda: jwks)

    assert provider.actor(idp.token(alg="PS256"))
    with pytest.raises(Unauthenticated):
        provider.actor(idp.token(alg="RS256"))


def test_algorithm_of_another_key_is_refused(idp: IdentityProvider, provider: Provider):
    idp.keys = {"rsa": RSAKey.generate_key(2048), "ec": ECKey.generate_key("P-256")}

    with pytest.raises(Unauthenticated):
        provider.actor(idp.token(kid="rsa", key=idp.keys["ec"], alg="ES256"))


def test_unsigned_token_is_refused(idp: IdentityProvider, provider: Provider):
    with pytest.raises(Unauthenticated):
        provider.actor(idp.unsigned())


def test_hmac_by_public_key_is_refused(idp: IdentityProvider, provider: Provider):
    idp.rotate("first", RSAKey.generate_key(2048))

    with pytest.raises(Unauthenticated):
        provider.actor(idp.signed_by_public_key())


def test_token_of_another_key_is_refused(idp: IdentityProvider, provider: Provider):
    forged = idp.token(key=OKPKey.generate_key("Ed25519"))

    with pytest.raises(Unauthenticated):
        provider.actor(forged)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another-system"},
        {"aud": ["account"]},
        {"aud": None},
        {"aud": {AUDIENCE: 1}},
        {"iss": "https://other.example"},
        {"iss": ISSUER + "/"},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": float("inf")},
        {"iat": None},
        {"iat": True},
        {"nbf": "never"},
        {"sub": None},
        {"sub": ""},
        {"sub": 5},
        {"sub": "x" * 300},
        {"typ": "ID"},
        {"typ": "Refresh"},
        {"cnf": {"jkt": "x"}},
    ],
    ids=str,
)
def test_token_that_does_not_hold_is_refused(idp: IdentityProvider, provider: Provider, changes: dict[str, Any]):
    with pytest.raises(Unauthenticated):
        provider.actor(idp.token(**changes))


@pytest.mark.parametrize(("claim", "seconds"), [("exp", -1), ("iat", 3600), ("nbf", 3600)])
def test_token_outside_its_time_is_refused(idp: IdentityProvider, provider: Provider, claim: str, seconds: int):
    with pytest.raises(Unauthenticated):
        provider.actor(idp.token(**{claim: int(time.time()) + seconds}))


@pytest.mark.parametrize("claim", ["nonce", "at_hash", "c_hash", "events"])
def test_id_token_is_refused(idp: IdentityProvider, provider: Provider, claim: str):
    with pytest.raises(Unauthenticated):
        provider.actor(idp.token(kind="JWT", **{claim: "x"}))


@pytest.mark.parametrize(
    ("typ", "changes"),
    [
        ("JWT", {}),
        ("", {}),
        ("AT+JWT", {}),
        ("application/at+jwt", {}),
        ("JWT", {"typ": "Bearer", "nonce": "x"}),
        ("JWT", {"scp": "x", "nonce": "x"}),
    ],
)
def test_access_token_of_any_provider_is_taken(
    idp: IdentityProvider, provider: Provider, typ: str, changes: dict[str, Any]
):
    assert provider.actor(idp.token(kind=typ, **changes)).role == "case_worker"


@pytest.mark.parametrize("typ", ["dpop+jwt", "logout+jwt", "JWS"])
def test_other_kind_of_token_is_refused(idp: IdentityProvider, provider: Provider, typ: str):
    with pytest.raises(Unauthenticated):
        provider.actor(idp.token(kind=typ))


def test_clock_of_the_provider_may_be_ahead(idp: IdentityProvider, provider: Provider):
    now = int(time.time())

    assert provider.actor(idp.token(iat=now + SKEW // 2, nbf=now + SKEW // 2))


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "a.e30.c", "é.é.é", "....", "a." + "x" * LONGEST + ".c"])
def test_what_is_no_token_is_not_the_providers(provider: Provider, token: str):
    assert not provider.issued(token)


def test_long_token_is_not_read(idp: IdentityProvider, provider: Provider):
    assert not provider.issued(idp.token(padding="x" * LONGEST))


@pytest.mark.parametrize("header", ['{"alg":"EdDSA","x":' + "[" * 700, '{"alg":5}', '{"alg":["EdDSA"]}', "[]", "5", ""])
def test_broken_header_is_refused(idp: IdentityProvider, provider: Provider, header: str):
    _, claims, signature = idp.token().split(".")

    with pytest.raises(Unauthenticated):
        provider.actor(f"{encoded(header.encode())}.{claims}.{signature}")


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ('{"alg": "EdDSA", "kid": "first", "crit": ["b64"], "b64": false}', "{}"),
        ('{"alg": "EdDSA", "kid": "first"}', '{"x":' + "[" * 3000 + "]" * 3000 + "}"),
        ('{"alg": "EdDSA", "kid": "first"}', "[]"),
        ('{"alg": "EdDSA", "kid": "first"}', "nothing"),
        ('{"alg": "EdDSA"}', "{}"),
        ('{"alg": "EdDSA", "kid": ["first"]}', "{}"),
    ],
    ids=["crit", "depth", "list", "no JSON", "no kid", "kids"],
)
def test_signed_nonsense_is_refused(idp: IdentityProvider, provider: Provider, header: str, claims: str):
    told = f"{encoded(header.encode())}.{encoded(claims.encode())}"
    signature = JWSRegistry.algorithms["EdDSA"].sign(told.encode(), idp.keys["first"])

    with pytest.raises(Unauthenticated):
        provider.actor(f"{told}.{encoded(signature)}")


def test_stranger_of_same_kid_is_refused(provider: Provider):
    forged = IdentityProvider(ISSUER).token()

    assert provider.issued(forged)
    with pytest.raises(Unauthenticated):
        provider.actor(forged)


# At the gateway


def test_caller_is_stated_to_services(http: FlaskClient, idp: IdentityProvider, services: FakeServices):
    answer = http.get("/families", headers=bearer(idp.token()))

    assert answer.status_code == 200
    actor = services.last.actor
    assert isinstance(actor, Actor)
    assert (actor.role, actor.area) == ("case_worker", AREA)


def test_own_tokens_go_on(http: FlaskClient, idp: IdentityProvider, parts: Parts):
    idp.fault = "away"
    own = parts.tokens.issue(client_of(Role.OFFICER))["access_token"]

    assert http.get("/families", headers=bearer(idp.token())).status_code == 503
    assert http.get("/families", headers=bearer(own)).status_code == 200


def test_refusals_are_problems(http: FlaskClient, idp: IdentityProvider):
    expired = http.get("/families", headers=bearer(idp.token(exp=1)))
    unclear = http.get("/families", headers=bearer(idp.token(roles=["cook"])))
    may_not = http.get("/imports", headers=bearer(idp.token()))

    assert [answer.status_code for answer in (expired, unclear, may_not)] == [401, 403, 403]
    assert expired.headers["WWW-Authenticate"] == 'Bearer realm="tashbik"'
    assert unclear.json["problems"][0]["field"] == "roles"


def test_provider_away_says_when_to_come_again(http: FlaskClient, idp: IdentityProvider):
    idp.fault = "away"

    answer = http.get("/families", headers=bearer(idp.token()))

    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0


def test_persons_are_limited_each(settings: Config, parts: Parts, provider: Provider, idp: IdentityProvider):
    limited = replace(settings, public_rate="1/minute")
    http = create_app(limited, replace(parts, provider=provider), rate_storage="memory://").test_client()

    one, again, other = (
        http.get("/families", headers=bearer(idp.token(sub=sub))).status_code for sub in ("one", "one", "other")
    )

    assert (one, again, other) == (200, 429, 200)


def test_refusal_is_counted_and_names_nobody(provider: Provider, idp: IdentityProvider):
    counted = {"name": "tashbik_provider_tokens_refused_total", "labels": {"code": "unauthenticated"}}
    before = REGISTRY.get_sample_value(**counted) or 0.0

    with structlog.testing.capture_logs() as lines:
        for _ in range(3):
            with pytest.raises(Unauthenticated):
                provider.actor(idp.token(exp=1))

    assert REGISTRY.get_sample_value(**counted) == before + 3
    refused = [line for line in lines if line["event"] == "provider_token_refused"]
    assert [line["why"] for line in refused] == ["The token has expired; get a new one."]
    assert "27503152700123" not in str(lines)


def test_forged_token_leaves_no_line(provider: Provider, idp: IdentityProvider):
    idp.token()
    with structlog.testing.capture_logs() as lines, pytest.raises(Unauthenticated):
        provider.actor(idp.token(key=OKPKey.generate_key("Ed25519")))

    assert "provider_token_refused" not in [line["event"] for line in lines]


def test_without_a_provider_its_tokens_are_refused(settings: Config, parts: Parts, idp: IdentityProvider):
    http = create_app(settings, parts, rate_storage="memory://").test_client()

    assert http.get("/families", headers=bearer(idp.token())).status_code == 401
