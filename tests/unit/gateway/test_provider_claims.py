"""Prove whom tokens of an identity provider speak for, and what may be configured of it."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.config import ConfigError, read
from chassis.errors import Forbidden
from services.gateway.auth.claims import ClaimNames, Pseudonyms, claim_names
from services.gateway.auth.provider import Provider
from tests.provider import AUDIENCE, IdentityProvider
from tests.unit.gateway.fakes import ORGANIZATION
from tests.unit.gateway.providers import ISSUER, ROLES, provider_for

NEEDED = {
    "TASHBIK_NODE": "qena",
    "TASHBIK_AMQP_URL": "amqp://nowhere",
    "TASHBIK_MONGO_URL": "mongodb://nowhere",
    "TASHBIK_KEYS": "keys",
}


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
