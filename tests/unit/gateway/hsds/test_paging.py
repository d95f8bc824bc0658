"""Prove what a page says of itself, and how long a thing is remembered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import orjson
import pytest

from services.gateway.hsds.paging import page_of
from services.gateway.hsds.remembered import Remembered
from tests.unit.gateway.fakes import Clock

FIVE = [b"%d" % number for number in range(5)]


@pytest.mark.parametrize(
    ("number", "contents", "first", "last"),
    [(1, [0, 1], True, False), (2, [2, 3], False, False), (3, [4], False, True), (4, [], False, True)],
)
def test_page_says_where_it_stands(number: int, contents: list[int], *, first: bool, last: bool):
    page = orjson.loads(page_of(FIVE, number, 2).body)

    assert page == {
        "total_items": 5,
        "total_pages": 3,
        "page_number": number,
        "size": len(contents),
        "first_page": first,
        "last_page": last,
        "empty": not contents,
        "contents": contents,
    }


def test_only_what_is_on_the_page_is_told():
    told: list[int] = []

    def tell(number: int) -> bytes:
        told.append(number)
        return b"%d" % number

    page = page_of(range(5), 2, 2, tell)

    assert (page.items, page.total, told) == ([b"2", b"3"], 5, [2, 3])


def test_nothing_is_one_empty_page():
    page = orjson.loads(page_of([], 1, 50).body)

    assert (page["total_pages"], page["first_page"], page["last_page"], page["empty"]) == (1, True, True, True)


def test_remembered_for_its_seconds():
    clock = Clock()
    known: Remembered[int] = Remembered(10, 2, clock)
    known.put("pages", 7)

    before = known.get("pages")
    clock.now += 11

    assert (before, known.get("pages")) == (7, None)


def test_oldest_is_forgotten():
    known: Remembered[int] = Remembered(10, 2, Clock())

    for number, name in enumerate("abac"):
        known.put(name, number)

    assert [known.get(name) for name in "abc"] == [2, None, 3]


def test_many_who_ask_at_once_have_it_found_once():
    remembered, begun, go_on, found = Remembered[int](10.0, 10), Event(), Event(), []

    def find() -> int:
        begun.set()
        go_on.wait(10)
        found.append(1)
        return 4_000

    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(remembered.found, "all", find)
        begun.wait(10)
        others = [threads.submit(remembered.found, "all", find) for _ in range(7)]
        go_on.set()

        assert [one.result(10) for one in (first, *others)] == [4_000] * 8
    assert found == [1]


def test_what_could_not_be_found_is_sought_again():
    remembered = Remembered[int](10.0, 10)
    with pytest.raises(ZeroDivisionError):
        remembered.found("all", lambda: 1 // 0)

    assert remembered.found("all", lambda: 7) == 7
