"""Prove that ids of parts are what any other program would make of the same names."""

from __future__ import annotations

from uuid import uuid5

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.hsds.ids import NAMESPACE, part_id


@given(st.text(), st.text(), st.lists(st.text(), max_size=3))
def test_ids_are_those_of_the_standard(of: str, kind: str, content: list[str]):
    assert part_id(of, kind, *content) == str(uuid5(NAMESPACE, "\n".join((of, kind, *content))))
