"""Tell when a text may be sent: never in the quiet hours of the node's own time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hold the local hours in which no text is sent: from ``start`` o'clock until ``end`` o'clock, over midnight too.

    Equal hours mean that there are none.
    """

    zone: ZoneInfo
    start: int
    end: int

    def over(self, moment: datetime) -> datetime:
        """Return the moment itself where it is decent, else the next time that the clock on the wall shows ``end``.

        Takes and returns aware times; the result is in UTC. A change to or from summer time moves it with the clock.
        """
        local = moment.astimezone(self.zone)
        if not self._quiet(local.hour):
            return moment.astimezone(UTC)
        day = local.date() if local.hour < self.end else local.date() + timedelta(days=1)
        return datetime(day.year, day.month, day.day, self.end, tzinfo=self.zone).astimezone(UTC)

    def _quiet(self, hour: int) -> bool:
        if self.start <= self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end
