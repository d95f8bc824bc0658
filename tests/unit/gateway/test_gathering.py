"""Prove that questions of one moment are looked up together, never too many at once, and that nobody is forgotten."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from services.gateway.gathering import AT_ONCE, MOST, Gathering

SOON = 10.0


class Source:
    """Answer each number by its double, once it may."""

    def __init__(self, *, open_: bool = True) -> None:
        """Answer at once, or wait to be told."""
        self.batches: list[list[int]] = []
        self.may = threading.Event()
        self.fails: Exception | None = None
        if open_:
            self.may.set()

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        """Answer a batch."""
        self.batches.append(list(numbers))
        assert self.may.wait(SOON)
        if self.fails:
            raise self.fails
        return [2 * number for number in numbers]


async def busy(source: Source, gathering: Gathering[int, int]) -> list[asyncio.Task[int]]:
    """Let as many look-ups wait as there may be, and return whom they are for."""
    held = []
    for number in range(AT_ONCE):
        held.append(asyncio.create_task(gathering.ask(number)))
        async with asyncio.timeout(SOON):
            while len(source.batches) <= number:
                await asyncio.sleep(0)
    return held


def test_each_has_its_own_answer():
    async def ask() -> list[int]:
        gathering = Gathering(Source())
        return await asyncio.gather(*(gathering.ask(number % 7) for number in range(50)))

    assert asyncio.run(ask()) == [2 * (number % 7) for number in range(50)]


def test_questions_of_one_moment_go_together():
    source = Source()

    async def ask() -> None:
        gathering = Gathering(source)
        await asyncio.gather(*(gathering.ask(number) for number in range(20)))

    asyncio.run(ask())
    assert source.batches == [list(range(20))]


def test_burst_goes_in_bounded_batches():
    source = Source(open_=False)

    async def ask() -> tuple[int, list[int]]:
        gathering = Gathering(source)
        await busy(source, gathering)
        burst = asyncio.gather(*(gathering.ask(number) for number in range(10_000)))
        await asyncio.sleep(0)
        under_way = len(source.batches)
        source.may.set()
        return under_way, await burst

    under_way, answers = asyncio.run(ask())

    assert under_way == AT_ONCE
    assert max(map(len, source.batches)) == MOST
    assert answers == [2 * number for number in range(10_000)]


def test_failure_is_told_to_all_who_wait():
    source = Source(open_=False)
    source.fails = ConnectionError("away")

    async def ask() -> list[int | BaseException]:
        gathering = Gathering(source)
        held = await busy(source, gathering)
        waiting = [asyncio.create_task(gathering.ask(number)) for number in range(3 * MOST)]
        await asyncio.sleep(0)
        source.may.set()
        return await asyncio.gather(*held, *waiting, return_exceptions=True)

    answers = asyncio.run(ask())

    assert {type(answer) for answer in answers} == {ConnectionError}
    assert len(source.batches) == AT_ONCE


def test_next_question_is_looked_up_after_a_failure():
    source = Source()
    source.fails = ConnectionError("away")

    async def ask() -> int:
        gathering = Gathering(source)
        with pytest.raises(ConnectionError):
            await gathering.ask(1)
        source.fails = None
        return await gathering.ask(1)

    assert asyncio.run(ask()) == 2


def test_gone_caller_is_not_looked_up():
    source = Source(open_=False)

    async def ask() -> list[int]:
        gathering = Gathering(source)
        held = await busy(source, gathering)
        gone, another = (asyncio.create_task(gathering.ask(number)) for number in (8, 9))
        await asyncio.sleep(0)
        gone.cancel()
        held[0].cancel()
        await asyncio.sleep(0)
        source.may.set()
        return [await held[1], await another]

    assert asyncio.run(ask()) == [2, 18]
    assert [8] not in source.batches
    assert source.batches[AT_ONCE:] == [[9]]
