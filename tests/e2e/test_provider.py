"""Prove that persons of an identity provider come in by its tokens, as far as those say, and leave no trace of who."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
from joserfc.jwk import OKPKey, RSAKey

from cli.api import Credentials
from contracts.policy import Role
from services.gateway.auth.claims import PREFIX
from tests.compose.node import HOME as COMPOSED
from tests.e2e.client import Client, Json
from tests.e2e.routes import routes_of
from tests.e2e.test_access import wrongly_answered
from tests.e2e.world import COUNTY, GOVERNORATE, OTHER_COUNTY, World, soon
from tests.provider import IdentityProvider

pytestmark = pytest.mark.skipif(COMPOSED in os.environ, reason="containers do not reach a provider on loopback")

OUTSIDE = (Role.OFFICER, Role.CASE_WORKER, Role.ASSOCIATION, Role.AUDITOR)
SUBJECT = "27503152700123"  # a national id, as some providers have them for ``sub``


class Person(Client):
    """Be a person with a token of the provider."""

    def __init__(self, url: str, provider: IdentityProvider, **claims: Any) -> None:
        super().__init__(url, Credentials("a person", "no secret"))
        self._told = {"sub": SUBJECT, "tashbik_area": None, **claims}
        self._provider = provider

    @property
    def token(self) -> str:
        """Return a token that is valid now."""
        return self._provider.token(**self._told)


@pytest.fixture
def person(world: World, identity_provider: IdentityProvider) -> Iterator[Callable[..., Person]]:
    """Give a function that returns a person of some claims."""
    world.people.national_ids.add(SUBJECT)
    with ExitStack() as met:

        def meet(**claims: Any) -> Person:
            return met.enter_context(closing(Person(world.url, identity_provider, **claims)))

        yield meet


@pytest.fixture
def worker(person: Callable[..., Person]) -> Person:
    """Give a case worker of one county."""
    return person(roles=["case_worker"], tashbik_area=COUNTY)


@pytest.fixture
def far_worker(person: Callable[..., Person]) -> Person:
    """Give a case worker of another county."""
    return person(sub="other", roles=["case_worker"], tashbik_area=OTHER_COUNTY)


@pytest.mark.parametrize("role", OUTSIDE)
def test_route_obeys_policy(world: World, person: Callable[..., Person], housing: Json, role: Role):
    one = person(roles=[str(role)], tashbik_area=GOVERNORATE, tashbik_organization=housing["id"])

    assert wrongly_answered(routes_of(world.public.get("/openapi.json")), one, role) == []


def test_person_registers_a_family(world: World, worker: Person):
    made = worker.post("/families", world.people.family(COUNTY))

    assert worker.get(f"/families/{made['id']}")["id"] == made["id"]


def test_person_of_other_area_is_refused(world: World, worker: Person, far_worker: Person):
    made = worker.post("/families", world.people.family(COUNTY))

    assert far_worker.send("GET", f"/families/{made['id']}").status_code == 404
    assert far_worker.send("POST", "/families", world.people.family(COUNTY)).status_code in (403, 422)


def test_trail_has_a_pseudonym(world: World, worker: Person):
    made = worker.post("/families", world.people.family(COUNTY))

    actors = {entry["actor"] for entry in world.database("referrals").audit.find({"record": made["id"]})}

    assert len(actors) == 1
    assert actors.pop().startswith(f"case_worker:{PREFIX}")


@pytest.mark.parametrize("role", ["operator", "service", "public", "cook"])
def test_role_that_is_not_given_is_refused(person: Callable[..., Person], role: str):
    refused = person(roles=[role], tashbik_area=GOVERNORATE).send("GET", "/imports")

    assert (refused.status_code, refused.json()["problems"][0]["field"]) == (403, "roles")


def test_forged_token_is_refused(world: World, identity_provider: IdentityProvider):
    forged = (
        identity_provider.unsigned(),
        identity_provider.signed_by_public_key(next(iter(identity_provider.keys))),
        identity_provider.token(key=OKPKey.generate_key("Ed25519")),
        identity_provider.token(aud="another-system"),
        identity_provider.token(exp=1),
        identity_provider.token(kind="JWT", nonce="of an ID token"),
    )

    statuses = [
        world.public.send("GET", "/families", headers={"Authorization": f"Bearer {token}"}).status_code
        for token in forged
    ]

    assert statuses == [401] * len(forged)


@pytest.mark.slow  # a new key is asked for some seconds after the last look
def test_provider_rotates_and_goes_away(world: World, identity_provider: IdentityProvider, worker: Person):
    identity_provider.rotate("of-today", RSAKey.generate_key(2048))
    soon(lambda: worker.send("GET", "/families").status_code == 200, "the new key")

    identity_provider.fault = "away"
    try:
        assert worker.send("GET", "/families").status_code == 200
        assert world.worker.send("GET", "/families").status_code == 200
    finally:
        identity_provider.fault = ""
