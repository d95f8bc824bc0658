"""Try every call of every service with every role, as the gateway makes it and as an impostor does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chassis import rpc_client
from chassis.errors import Forbidden, Unauthenticated
from chassis.identity import Actor
from chassis.ids import new_id
from chassis.rpc_client import RpcClient
from contracts.catalogue import CALLS
from contracts.envelope import RpcContract
from contracts.policy import Role, reach_of
from tests.e2e.world import World


@pytest.fixture(scope="module")
def rpc(world: World) -> Iterator[RpcClient]:
    """Give a client that calls as the gateway does."""
    client = rpc_client.connect(world.administered, "gateway")
    yield client
    client.stop()


def outcome(rpc: RpcClient, contract: RpcContract, actor: Actor) -> str:
    """Call with a request that no contract accepts, and return what came of it."""
    try:
        rpc.call(contract, {"unknown": True}, actor=actor, key=new_id() if contract.changes else "")
    except (Forbidden, Unauthenticated) as error:
        return error.code
    except Exception as error:  # what else is said is not asked here
        return type(error).__name__
    return "answered"


@pytest.mark.parametrize("role", Role)
def test_call_obeys_policy(rpc: RpcClient, role: Role):
    actor = Actor("someone", role, organization="org", area="EG29")

    wrong = {
        contract.name: said
        for contract in CALLS
        if ((said := outcome(rpc, contract, actor)) == Forbidden.code) == (reach_of(contract.name, role) is not None)
    }

    assert wrong == {}


def test_service_may_state_itself_only(world: World):
    impostor = rpc_client.connect(world.administered, "notifications")
    try:
        said = {outcome(impostor, contract, Actor("someone", Role.OPERATOR)) for contract in CALLS[:3]}
    finally:
        impostor.stop()

    assert said == {Unauthenticated.code}
