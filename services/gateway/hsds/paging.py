"""Write the pages of HSDS's lists: by number, with how many there are in all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

YES, NO = b"true", b"false"


@dataclass(frozen=True, slots=True)
class Page:
    """Hold one page of a list: its records as JSON, and how many there are on all pages."""

    items: Sequence[bytes]
    total: int
    number: int
    per_page: int

    @property
    def last(self) -> int:
        """Return the number of the last page; 1 where there is nothing."""
        return max(1, -(-self.total // self.per_page))

    @property
    def body(self) -> bytes:
        """Return the page as HSDS has it."""
        return (
            b'{"total_items":%d,"total_pages":%d,"page_number":%d,"size":%d,'
            b'"first_page":%b,"last_page":%b,"empty":%b,"contents":[%b]}'
        ) % (
            self.total,
            self.last,
            self.number,
            len(self.items),
            _said(self.number == 1),
            _said(self.number >= self.last),
            _said(not self.items),
            b",".join(self.items),
        )


def page_of(items: Sequence[Any], number: int, per_page: int, told: Callable[[Any], bytes] = bytes) -> Page:
    """Return one page of a list that is all there; ``told`` makes JSON of an item that is on the page."""
    first = (number - 1) * per_page
    return Page([told(item) for item in items[first : first + per_page]], len(items), number, per_page)


def _said(yes: bool) -> bytes:
    return YES if yes else NO
