"""Prove which moves an import may make."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.imports.domain import MOVES, OPEN, Counts, Creator, IllegalMove, Import, Status

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def made(status=Status.RECEIVED):
    return Import("1", "a.csv", 10, Creator("operator-1", "operator"), "ar", NOON, status=status)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("wanted", Status)
def test_table_decides_every_move(status, wanted):
    if wanted in MOVES[status]:
        moved = made(status).move(wanted, NOON)
        assert (moved.status, moved.version) == (wanted, 2)
    else:
        with pytest.raises(IllegalMove):
            made(status).move(wanted, NOON)


@given(st.lists(st.sampled_from(Status)))
def test_an_ended_import_stays_ended(wishes):
    stands = made()
    for wish in wishes:
        before = stands
        try:
            stands = stands.move(wish, NOON)
        except IllegalMove:
            stands = before
        assert (stands.finished_at is None) == (stands.status in OPEN)


def test_counts_add_up():
    total = Counts(created=1, rejected=2).plus(Counts(updated=3, unchanged=4, warned=1))

    assert total == Counts(1, 3, 4, 2, 1)
    assert total.rows == 10
