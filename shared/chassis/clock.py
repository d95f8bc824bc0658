"""Tell the time: aware, UTC, and no finer than MongoDB keeps it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

MILLISECOND = 1000  # microseconds
CLOCKS_APART = timedelta(seconds=10)
"""How far the clocks of two processes may be apart. What is to wait for longer than it ever can and for this beside was
noted by a clock that was ahead, and has been set back since: it waits for nothing."""


def now() -> datetime:
    """Return the present moment, aware and in UTC, cut to whole milliseconds, so that it survives a round trip."""
    return truncate(datetime.now(UTC))


def truncate(moment: datetime) -> datetime:
    """Return the moment without its microseconds below the millisecond."""
    return moment.replace(microsecond=moment.microsecond // MILLISECOND * MILLISECOND)


def epoch_ms(moment: datetime) -> int:
    """Return the milliseconds since 1970 that name an aware moment on the wire."""
    return round(moment.timestamp() * 1000)


def from_epoch_ms(milliseconds: int) -> datetime:
    """Return the aware UTC moment of :func:`epoch_ms`. Raises ``ValueError`` or ``OverflowError`` out of range."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
