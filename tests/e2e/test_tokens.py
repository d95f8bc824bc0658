"""Try every token that should not do, and every secret."""

from __future__ import annotations

import base64
import hmac
import time
from typing import Any

import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from chassis.ids import new_id
from contracts.policy import Role
from services.gateway.auth.tokens import ALGORITHM, TYPE, read_key
from tests.e2e.client import Json
from tests.e2e.world import World, soon


def claims(world: World, **changes: Any) -> Json:
    """Return the claims of a token of the operator's, as the node would issue it."""
    now = int(time.time())
    return {
        **{"iss": world.url, "aud": world.url, "sub": world.operator.id, "client_id": world.operator.id},
        **{"iat": now, "exp": now + 600, "jti": new_id(), "role": "operator", "organization": "", "area": ""},
        **changes,
    }


def segment(part: Json) -> str:
    """Return a part of a token."""
    return base64.urlsafe_b64encode(orjson.dumps(part)).decode().rstrip("=")


def status_of(world: World, token: str) -> int:
    """Return the status that a private route answers to a token."""
    return world.public.send("GET", "/imports", headers={"Authorization": f"Bearer {token}"}).status_code


@pytest.fixture
def key(world: World) -> OKPKey:
    """Give the node's own key."""
    return read_key(world.config.keys / "token.pem")


def signed(key: OKPKey, told: Json, kid: str = "") -> str:
    """Return a token."""
    header = {"alg": ALGORITHM, "typ": TYPE, "kid": kid or key.thumbprint()}
    return jwt.encode(header, told, key, algorithms=[ALGORITHM])


def test_token_of_node_is_taken(world: World, key: OKPKey):
    assert status_of(world, signed(key, claims(world))) == 200


def test_token_of_another_key_is_refused(world: World, key: OKPKey):
    assert status_of(world, signed(OKPKey.generate_key("Ed25519"), claims(world), kid=key.thumbprint())) == 401


def test_expired_token_is_refused(world: World, key: OKPKey):
    assert status_of(world, signed(key, claims(world, exp=int(time.time()) - 1))) == 401


def test_unsigned_token_is_refused(world: World, key: OKPKey):
    header = {"alg": "none", "typ": TYPE, "kid": key.thumbprint()}

    assert status_of(world, f"{segment(header)}.{segment(claims(world))}.") == 401


def test_token_signed_by_the_public_key_is_refused(world: World, key: OKPKey):
    told = f"{segment({'alg': 'HS256', 'typ': TYPE, 'kid': key.thumbprint()})}.{segment(claims(world))}"
    digest = hmac.digest(key.as_pem(private=False), told.encode(), "sha256")

    assert status_of(world, f"{told}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}") == 401


@pytest.mark.parametrize("changed", [{"aud": "https://other.example"}, {"iss": "https://other.example"}])
def test_token_for_another_is_refused(world: World, key: OKPKey, changed: Json):
    assert status_of(world, signed(key, claims(world, **changed))) == 401


def test_token_with_more_rights_is_refused(world: World):
    header, told, signature = world.auditor.token.split(".")
    more = orjson.loads(base64.urlsafe_b64decode(told + "==")) | {"role": "operator"}

    assert status_of(world, f"{header}.{segment(more)}.{signature}") == 401


def test_published_key_verifies_tokens(world: World):
    published = world.public.get("/.well-known/jwks.json")["keys"][0]

    told = jwt.decode(world.auditor.token, OKPKey.import_key(published), algorithms=[ALGORITHM]).claims

    assert told["role"] == "auditor"


def test_wrong_secret_gets_no_token(world: World):
    form = {"grant_type": "client_credentials", "client_id": world.operator.id, "client_secret": "guessed"}

    refused = world.public.send("POST", "/oauth/token", data=form)

    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


def test_both_secrets_hold_while_one_is_exchanged(world: World):
    client = world.client(Role.AUDITOR)
    old = client.credentials
    assert old
    assert token_status(world, client.id, old.secret) == 200

    new = rotated(world, client.id)

    assert [token_status(world, client.id, secret) for secret in (new, old.secret)] == [200, 200]


def test_ended_secret_is_refused(world: World):
    client = world.client(Role.AUDITOR)
    assert client.credentials

    new = rotated(world, client.id, "--overlap", "0")

    assert token_status(world, client.id, new) == 200
    assert token_status(world, client.id, client.credentials.secret) == 401


def rotated(world: World, client_id: str, *options: str) -> str:
    """Rotate a client's secret and return the new one."""
    result = world.run("clients", "rotate", client_id, *options)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()[1].split()[1]


def token_status(world: World, client_id: str, secret: str) -> int:
    """Return the status that a request for a token gets."""
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
    return world.public.send("POST", "/oauth/token", data=form).status_code


def test_revoked_client_is_refused(world: World):
    client = world.client(Role.AUDITOR)
    client.get("/imports")

    assert world.run("clients", "revoke", client.id).exit_code == 0

    soon(lambda: client.send("GET", "/imports").status_code == 401, "the refusal", seconds=5)


def test_secrets_are_stored_hashed(world: World):
    assert world.operator.credentials
    stored = world.database("gateway").clients.find_one({"_id": world.operator.id})

    assert stored
    assert world.operator.credentials.secret not in str(stored)
