"""API8:2023, security misconfiguration: what a default gives away.

Errors say nothing of us, answers carry security headers (``tests/e2e/test_http.py``), other origins are not invited,
every part of a node listens on loopback with a password, and secrets lie in files that only their owner reads.
"""

from __future__ import annotations

import stat

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from chassis import amqp
from cli.process import LOOPBACK
from tests.e2e.abuse.answers import TELLTALES
from tests.e2e.world import World


@pytest.mark.parametrize("path", ["/", "/docs", "/problems", "/figures", "/no-such-place", "/families", "/imports/%00"])
def test_answer_names_no_version(world: World, path: str):
    answer = world.public.send("GET", path)

    assert not {"x-powered-by", "via"} & set(answer.headers)
    assert answer.headers["server"].isalpha()
    assert not [word for word in TELLTALES if word in answer.text and path not in ("/docs", "/")]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost"])
def test_no_origin_is_trusted_by_default(world: World, origin: str):
    answer = world.operator.send("GET", "/imports", headers={"Origin": origin})

    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_database_asks_for_a_password(world: World):
    address = f"mongodb://{LOOPBACK}:{world.node.layout.ports['mongo']}/?directConnection=true"

    with MongoClient(address) as stranger, pytest.raises(OperationFailure):
        stranger["tashbik_referrals"].families.find_one()


@pytest.mark.parametrize("account", ["guest:guest", "tashbik:tashbik", "tashbik:"])
def test_broker_asks_for_a_password(world: World, account: str):
    with pytest.raises(amqp.BROKER_ERRORS):
        amqp.connect(f"amqp://{account}@{LOOPBACK}:{world.node.layout.ports['amqp']}/")


def test_secrets_are_their_owners(world: World):
    kept = [
        path for path in (world.config.keys, world.node.home / "secrets") for path in path.rglob("*") if path.is_file()
    ]
    private = [path for path in kept if "trusted" not in path.parts]

    assert private
    assert [path for path in private if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
