"""Forge tokens in every way that is known, and guess secrets."""

from __future__ import annotations

import base64
import hmac
import re
import time
from collections.abc import Callable
from urllib.request import urlopen

import pytest
from joserfc.jwk import OKPKey

from chassis.ids import new_id
from contracts.policy import Role
from services.gateway.auth.tokens import ALGORITHM, TYPE, read_key
from tests.e2e.abuse.answers import assert_refused
from tests.e2e.test_tokens import claims, segment, signed
from tests.e2e.world import World, soon

ELSEWHERE = "https://hebron.example"
CLAIMS = ("iss", "aud", "sub", "exp", "role", "organization", "area")
GUESS = "guessed-7bd1c2"
GUESSES = 5

Forge = Callable[[World, OKPKey], str]


def hashed(world: World, key: OKPKey) -> str:
    """Return a token that has the published key for its secret (RFC 8725, 2.1)."""
    told = f"{segment({'alg': 'HS256', 'typ': TYPE, 'kid': key.thumbprint()})}.{segment(claims(world))}"
    digest = hmac.digest(key.as_pem(private=False), told.encode(), "sha256")
    return f"{told}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def bare(world: World, key: OKPKey, algorithm: str = "none") -> str:
    """Return a token without a signature."""
    return f"{segment({'alg': algorithm, 'typ': TYPE, 'kid': key.thumbprint()})}.{segment(claims(world))}."


def promoted(world: World, _: OKPKey) -> str:
    """Return an auditor's own token with the operator's role written into it."""
    header, _, signature = world.auditor.token.split(".")
    return f"{header}.{segment(claims(world))}.{signature}"


def with_own_key(world: World, _: OKPKey) -> str:
    """Return a token that brings the key to check it by along (RFC 8725, 3.5)."""
    own = OKPKey.generate_key("Ed25519")
    token = signed(own, claims(world))
    header = {"alg": ALGORITHM, "typ": TYPE, "kid": own.thumbprint(), "jwk": own.as_dict(private=False)}
    return f"{segment(header)}.{token.partition('.')[2]}"


def changed(**changes: object) -> Forge:
    """Return what signs, with the node's own key, claims that differ from good ones."""
    return lambda world, key: signed(key, claims(world, **changes))


def without(name: str) -> Forge:
    """Return what signs, with the node's own key, claims of which one is missing."""
    return lambda world, key: signed(key, {one: told for one, told in claims(world).items() if one != name})


FORGERIES: dict[str, Forge] = {
    "expired": changed(exp=int(time.time()) - 1),
    "not yet valid": changed(nbf=int(time.time()) + 3_600),
    "for another audience": changed(aud=ELSEWHERE),
    "for several audiences": changed(aud=[ELSEWHERE, "x"]),
    "of another issuer": changed(iss=ELSEWHERE),
    "of nobody": changed(sub=new_id()),
    "of an operator in MongoDB's language": changed(sub={"$ne": ""}),
    "for ever": changed(exp="never"),
    "without signature": bare,
    "with an algorithm in capitals": lambda world, key: bare(world, key, "NONE"),
    "signed by the public key": hashed,
    "of an unknown key": lambda world, _: signed(OKPKey.generate_key("Ed25519"), claims(world)),
    "of another key by our key's name": lambda world, key: signed(
        OKPKey.generate_key("Ed25519"), claims(world), kid=key.thumbprint()
    ),
    "with a key of its own": with_own_key,
    "with more rights": promoted,
    "cut short": lambda world, key: signed(key, claims(world))[:-5],
    "of a megabyte's beginning": lambda world, key: signed(key, claims(world, more="x" * 5_000)),
    "no token": lambda *_: "no-token",
    "of dots": lambda *_: "..",
    **{f"without {name}": without(name) for name in CLAIMS},
}


@pytest.fixture
def key(world: World) -> OKPKey:
    """Give the node's own key, which no forger has: so each claim is checked for itself."""
    return read_key(world.config.keys / "token.pem")


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_forged_token_is_refused(world: World, key: OKPKey, forge: Forge):
    answer = world.public.send("GET", "/imports", headers={"Authorization": f"Bearer {forge(world, key)}"})

    assert_refused(answer, "unauthenticated")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_token_of_revoked_client_is_refused(world: World):
    client = world.client(Role.AUDITOR)
    assert client.send("GET", "/imports").status_code == 200

    world.run("clients", "revoke", client.id)

    soon(lambda: client.send("GET", "/imports").status_code == 401, "the refusal", seconds=5)
    assert_refused(client.send("GET", "/imports"), "unauthenticated")


def test_token_elsewhere_than_in_its_header_is_none(world: World):
    token = world.operator.token

    for place in ({"params": {"access_token": token}}, {"headers": {"Cookie": f"access_token={token}"}}):
        assert world.public.send("GET", "/imports", **place).status_code in (401, 422)


def refused_so_far(world: World) -> float:
    """Return how many token requests the node counts as refused for their secret."""
    port = world.node.layout.ports["api-health"]
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    found = re.findall(r'^tashbik_tokens_refused_total\{error="invalid_client"\} (\S+)', text, re.MULTILINE)
    return sum(map(float, found))


def test_guesses_are_counted_and_logged_without_secret(world: World):
    before, log = refused_so_far(world), world.node.log("api")
    form = {"grant_type": "client_credentials", "client_id": world.operator.id}

    statuses = {
        world.public.send("POST", "/oauth/token", data={**form, "client_secret": f"{GUESS}{number}"}).status_code
        for number in range(GUESSES)
    }

    assert statuses == {401}
    assert refused_so_far(world) - before >= GUESSES
    soon(lambda: "token_refused" in log.read_text(encoding="utf-8"), "the log")
    assert GUESS not in log.read_text(encoding="utf-8")


def test_wrong_secret_takes_as_long_as_unknown_client(world: World):
    def fastest(client: str) -> float:
        form = {"grant_type": "client_credentials", "client_id": client, "client_secret": GUESS}
        return min(world.public.send("POST", "/oauth/token", data=form).elapsed.total_seconds() for _ in range(5))

    known, unknown = fastest(world.operator.id), fastest(new_id())

    assert min(known, unknown) > 0.01  # a hash that is made to be slow
    assert max(known, unknown) < 5 * min(known, unknown)
