"""Prove that places are shared out among addresses."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from services.gateway.problems import Refused
from services.gateway.shares import Shares
from tests.unit.gateway.senders import ELSEWHERE, HERE


async def refused(places: Shares, address: str) -> bool:
    """Tell whether an address gets no place."""
    try:
        async with places.place(address):
            return False
    except Refused as refusal:
        return refusal.kind == "unavailable"


def run(what: Coroutine[Any, Any, Any]) -> Any:
    """Return what comes of a coroutine."""
    return asyncio.run(what)


def test_address_has_its_share():
    async def tried() -> tuple[bool, bool]:
        places = Shares(places=4, each=1)
        async with places.place(HERE):
            return await refused(places, HERE), await refused(places, ELSEWHERE)

    assert run(tried()) == (True, False)


def test_places_are_so_many():
    async def tried() -> bool:
        places = Shares(places=1, each=1)
        async with places.place(HERE):
            return await refused(places, ELSEWHERE)

    assert run(tried())


def test_place_is_given_back():
    async def tried() -> bool:
        places = Shares(places=1, each=1)
        with pytest.raises(ZeroDivisionError):
            async with places.place(HERE):
                raise ZeroDivisionError
        return await refused(places, HERE)

    assert not run(tried())


@pytest.mark.parametrize(("patience", "gets"), [(5.0, True), (0.01, False)])
def test_place_is_waited_for(patience: float, gets: bool):
    async def tried() -> bool:
        places = Shares(places=1, each=1, patience=patience)
        async with places.place(HERE):
            waiting = [asyncio.create_task(refused(places, address)) for address in (HERE, ELSEWHERE)]
            await asyncio.wait(waiting, timeout=0.1)
        return not any(await asyncio.gather(*waiting))

    assert run(tried()) is gets
