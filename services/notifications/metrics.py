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
WEBHOOK_ATTEMPTS = Counter(
    "tashbik_webhook_attempts", "Attempts to deliver an event to a webhook, by outcome.", ("outcome",)
)
WEBHOOKS_FINISHED = Counter(
    "tashbik_webhook_deliveries_finished", "Deliveries come to their end, by status: delivered or failed.", ("status",)
)
WEBHOOKS_WAITING = Gauge(
    "tashbik_webhook_deliveries_waiting",
    "Deliveries that wait for their turn or for another attempt.",
    multiprocess_mode="livemax",
)
WEBHOOKS_OLDEST_DUE = Gauge(
    "tashbik_webhooks_oldest_due_seconds",
    "For how long a webhook has waited to be sent to that could have been by now.",
    multiprocess_mode="livemax",
)
WEBHOOKS_DISABLED = Gauge(
    "tashbik_webhooks_disabled",
    "Webhooks that are disabled, by reason: owner, gone, failing or unreadable.",
    ("reason",),
    multiprocess_mode="livemax",
)
