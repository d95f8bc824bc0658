"""Prove which tokens of an identity provider are taken, and whom they speak for."""

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

from chassis.config import Config, ConfigError, read
from chassis.errors import Forbidden, Unauthenticated
from chassis.identity import Actor
from contracts.policy import Role
from services.gateway.app import create_app
from services.gateway.auth.claims import ClaimNames, Pseudonyms, claim_names
from services.gateway.auth.provider import LONGEST, SKEW, Provider
from services.gateway.auth.provider_keys import ProviderKeys
from services.gateway.parts import Parts
from tests.provider import AREA, AUDIENCE, IdentityProvider, encoded
from tests.unit.gateway.fakes import ORGANIZATION, FakeServices, client_of
from tests.unit.gateway.test_provider_keys import in_memory

ISSUER = "https://id.example/realms/qena"
ROLES = frozenset({"officer", "case_worker", "association", "auditor"})
NAMES = ClaimNames("roles", "tashbik_area", "tashbik_organization", ROLES)
NEEDED = {
    "TASHBIK_NODE": "qena",
    "TASHBIK_AMQP_URL": "amqp://nowhere",
    "TASHBIK_MONGO_URL": "mongodb://nowhere",
    "TASHBIK_KEYS": "keys",
}


def provider_for(idp: IdentityProvider, names: ClaimNames = NAMES) -> Provider:
    """Return who reads a provider's tokens."""
    pseudonyms = Pseudonyms(idp.issuer, b"k" * 32)
    return Provider(idp.issuer, AUDIENCE, names=names, keys=ProviderKeys(in_memory(idp)), pseudonyms=pseudonyms)


@pytest.fixture
def idp() -> IdentityProvider:
    """Give a provider in memory."""
    return IdentityProvider(ISSUER)


@pytest.fixture
def provider(idp: IdentityProvider) -> Provider:
    """Give who reads its tokens."""
    return provider_for(idp)


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
    names, pseudonyms = NAMES, Pseudonyms(ISSUER, b"k" * 32)
    provider = Provider(ISSUER, AUDIENCE, names=names, keys=ProviderKeys(lambda: jwks), pseudonyms=pseudonyms)

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


NOW = int(time.time())


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another-system"},
        {"aud": ["account"]},
        {"aud": None},
        {"aud": {AUDIENCE: 1}},
        {"iss": "https://other.example"},
        {"iss": ISSUER + "/"},
        {"exp": NOW - 1},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": float("inf")},
        {"iat": None},
        {"iat": True},
        {"iat": NOW + 3600},
        {"nbf": NOW + 3600},
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


# Whom they speak for


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        (["officer"], "officer"),
        ("officer", "officer"),
        (["auditor", "uma_authorization", 5, None], "auditor"),
        (["auditor", "auditor"], "auditor"),
    ],
)
def test_role_is_found(idp: IdentityProvider, provider: Provider, roles: Any, role: str):
    assert provider.actor(idp.token(roles=roles)).role == role


@pytest.mark.parametrize(
    "roles",
    [
        None,
        "",
        [],
        "Officer",
        "nobody",
        "service",
        "public",
        ["service"],
        ["operator"],
        ["officer", "auditor"],
        {"officer": True},
        5,
        "officer auditor",
    ],
    ids=str,
)
def test_unclear_role_is_forbidden(idp: IdentityProvider, provider: Provider, roles: Any):
    with pytest.raises(Forbidden) as refused:
        provider.actor(idp.token(roles=roles))

    assert [problem["field"] for problem in refused.value.problems] == ["roles"]


@pytest.mark.parametrize(
    "changes",
    [
        {"tashbik_area": None},
        {"tashbik_area": ""},
        {"tashbik_area": "../EG29"},
        {"tashbik_area": "EG29\n"},
        {"tashbik_area": ["EG29", "EG30"]},
        {"tashbik_area": {"$gt": ""}},
        {"tashbik_area": [["EG29"]]},
        {"tashbik_area": ["EG29", 5]},
        {"roles": ["association"]},
        {"roles": ["association"], "tashbik_organization": "a b"},
    ],
    ids=str,
)
def test_unclear_bounds_are_forbidden(idp: IdentityProvider, provider: Provider, changes: dict[str, Any]):
    with pytest.raises(Forbidden):
        provider.actor(idp.token(**changes))


def test_association_acts_for_its_organization(idp: IdentityProvider, provider: Provider):
    actor = provider.actor(idp.token(roles=["association"], tashbik_organization=[ORGANIZATION], tashbik_area=None))

    assert (actor.role, actor.organization, actor.area) == ("association", ORGANIZATION, "")


def test_claims_lie_where_the_provider_has_them(idp: IdentityProvider):
    names = ClaimNames("realm_access.roles", "https://qena.example/area", "resource.of.org", ROLES)
    told = {
        "realm_access": {"roles": ["officer"]},
        "https://qena.example/area": "EG2904",
        "resource": {"of": {"org": ORGANIZATION}},
    }

    actor = provider_for(idp, names).actor(idp.token(roles=None, **told))

    assert (actor.role, actor.area, actor.organization) == ("officer", "EG2904", ORGANIZATION)


def test_person_has_one_pseudonym(idp: IdentityProvider, provider: Provider):
    one, again = provider.actor(idp.token()), provider.actor(idp.token(jti="other", name="Other"))
    other = provider.actor(idp.token(sub="28001012700456"))

    assert one.id == again.id != other.id
    assert one.id.startswith("oidc-")
    assert "27503152700123" not in str(one)


def test_pseudonym_needs_the_nodes_key():
    made = {Pseudonyms(issuer, key * 32).of("one") for issuer in (ISSUER, "https://b.example") for key in (b"k", b"l")}

    assert len(made) == 4


def test_role_of_the_node_cannot_be_configured():
    for role in ("service", "public", "root"):
        config = read({**NEEDED, "TASHBIK_OIDC_ROLES": f"officer,{role}"})
        with pytest.raises(ConfigError, match="OIDC_ROLES"):
            claim_names(config)


def test_operator_may_come_where_it_is_named(idp: IdentityProvider):
    names = claim_names(read({**NEEDED, "TASHBIK_OIDC_ROLES": "officer, operator"}))

    assert provider_for(idp, names).actor(idp.token(roles=["operator"])).role == "operator"


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


# Configuration


@pytest.mark.parametrize(
    "issuer",
    [
        "http://id.example",
        "ftp://id.example",
        "id.example",
        "https://",
        "https://id.example?a=b",
        "https://id.example#a",
        "https://user:secret@id.example",
        "http://127.0.0.1.example",
        " https://id.example",
    ],
)
def test_unsafe_issuer_is_refused(issuer: str):
    with pytest.raises(ConfigError, match="TASHBIK_OIDC_ISSUER"):
        read({**NEEDED, "TASHBIK_OIDC_ISSUER": issuer, "TASHBIK_OIDC_AUDIENCE": AUDIENCE})


@pytest.mark.parametrize("issuer", [ISSUER, "http://127.0.0.1:8180/realms/qena", "http://localhost", "http://[::1]:8"])
def test_safe_issuer_is_taken(issuer: str):
    assert read({**NEEDED, "TASHBIK_OIDC_ISSUER": issuer, "TASHBIK_OIDC_AUDIENCE": AUDIENCE}).oidc_issuer == issuer


def test_issuer_needs_an_audience():
    with pytest.raises(ConfigError, match="TASHBIK_OIDC_AUDIENCE"):
        read({**NEEDED, "TASHBIK_OIDC_ISSUER": ISSUER})


def test_node_is_not_its_own_provider():
    with pytest.raises(ConfigError, match="TASHBIK_OIDC_ISSUER"):
        read({**NEEDED, "TASHBIK_OIDC_ISSUER": ISSUER, "TASHBIK_OIDC_AUDIENCE": "x", "TASHBIK_PUBLIC_URL": ISSUER})
