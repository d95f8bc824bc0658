"""Declare what the notifications service measures. Labels are names out of the code, never anything of a person."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

OPEN = Gauge(
    "tashbik_messages_open",
    "Messages to which something may still happen, by status.",
    ("status",),
    multiprocess_mode="livemax",
)
FINISHED = Counter(
    "tashbik_messages_finished", "Messages come to their end, by channel and status.", ("channel", "status")
)
OLDEST_DUE = Gauge(
    "tashbik_messages_oldest_due_seconds",
    "Age of the oldest message that could have been sent by now.",
    multiprocess_mode="livemax",
)
ATTEMPTS = Counter("tashbik_message_attempts", "Attempts to send, by channel and outcome.", ("channel", "outcome"))
DOUBTS = Counter(
    "tashbik_messages_in_doubt",
    "Messages of which nobody knows whether they went out, by what was done: repeated or given_up.",
    ("answer",),
)
SENDING_SECONDS = Histogram(
    "tashbik_message_sending_seconds",
    "Time from a message's making to the provider's taking it, by channel.",
    ("channel",),
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1800, 7200, 43200),
)
SMSC_BOUND = Gauge("tashbik_smsc_bound", "1 while the SMSC is bound.", multiprocess_mode="livemax")
