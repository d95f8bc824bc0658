"""Declare what the referrals service measures. Labels are names out of the code, never anything of a person."""

from __future__ import annotations

from prometheus_client import Gauge

OVERDUE = Gauge(
    "tashbik_referrals_overdue",
    "Referrals whose time has come and that nobody has escalated or expired yet; 10,000 stands for more.",
    multiprocess_mode="livemax",
)
OVERDUE_OLDEST = Gauge(
    "tashbik_referrals_overdue_oldest_seconds",
    "Time for which the first of them is overdue.",
    multiprocess_mode="livemax",
)
