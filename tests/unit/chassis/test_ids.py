"""Prove what ids are."""

from __future__ import annotations

import uuid

from chassis.ids import new_id


def test_ids_are_version_7() -> None:
    made = uuid.UUID(new_id())

    assert (made.version, made.variant) == (7, uuid.RFC_4122)


def test_ids_differ() -> None:
    assert len({new_id() for _ in range(10_000)}) == 10_000


def test_later_ids_sort_later() -> None:
    earlier = new_id()
    while (later := new_id())[:13] == earlier[:13]:
        pass  # still the same millisecond

    assert earlier < later
