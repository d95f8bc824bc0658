"""Prove what a page says of itself."""

from __future__ import annotations

import orjson
import pytest

from services.gateway.hsds.paging import page_of

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
