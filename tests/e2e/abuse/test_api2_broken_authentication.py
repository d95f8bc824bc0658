"""API2:2023, broken authentication: forged tokens, guessed secrets, credentials where they leak.

Tokens live for 15 minutes and are signed with Ed25519; secrets are 256 bits and stored as scrypt. Forgeries and guesses
are in ``test_tokens_forged.py``, revocation and hashes in ``tests/e2e/test_tokens.py``. Here: the rest of OAuth.
"""

from __future__ import annotations

import base64

import pytest

from tests.e2e.world import World


@pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token", "implicit", ""])
def test_there_is_one_grant(world: World, grant: str):
    assert world.operator.credentials
    form = {"grant_type": grant, "client_id": world.operator.id, "client_secret": world.operator.credentials.secret}

    assert world.public.send("POST", "/oauth/token", data=form).status_code == 400


def test_secret_in_an_address_is_no_proof(world: World):
    assert world.operator.credentials
    asked = {"client_id": world.operator.id, "client_secret": world.operator.credentials.secret}

    answer = world.public.send("POST", "/oauth/token", params=asked, data={"grant_type": "client_credentials"})

    assert answer.status_code == 401


def test_repeated_parameter_is_refused(world: World):
    body = b"grant_type=client_credentials&client_id=a&client_id=b&client_secret=c"

    answer = world.public.send(
        "POST", "/oauth/token", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("pair", [b"only-id", b"\xff\xfe:x", b"id:" + b"x" * 2_000])
def test_broken_basic_is_challenged(world: World, pair: bytes):
    header = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}

    answer = world.public.send("POST", "/oauth/token", data={"grant_type": "client_credentials"}, headers=header)

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic")


def test_token_is_never_cached(world: World):
    assert world.operator.credentials
    who = (world.operator.id, world.operator.credentials.secret)

    answer = world.public.send("POST", "/oauth/token", data={"grant_type": "client_credentials"}, auth=who)

    assert answer.headers["cache-control"] == "no-store"
