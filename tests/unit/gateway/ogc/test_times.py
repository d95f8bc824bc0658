"""Prove which times are read as RFC 3339 has them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.gateway.ogc.domain import moment_of

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-11-02T12:00:00Z", "2026-11-02t12:00:00z", "2026-11-02t14:00:00+02:00"])
def test_letters_of_a_time_may_be_small(text: str):
    assert moment_of(text).start == NOON


@pytest.mark.parametrize("text", ["2026-11-02 12:00:00Z", "2026-11-02T12:00:00", "2026-11-02T12:00:60Z", "2026-W45"])
def test_other_times_are_refused(text: str):
    with pytest.raises(ValueError, match=r"."):
        moment_of(text)
