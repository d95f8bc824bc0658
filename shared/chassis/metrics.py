"""Declare every metric of the chassis, in one place, in Prometheus' form.

No label ever holds anything of a person: labels are names out of the code (operations, queues, routes, outcomes). Where
several processes serve one address (granian's workers) ``PROMETHEUS_MULTIPROC_DIR`` merges them; gauges then show
the worst process.
"""

from __future__ import annotations

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

MERGED = "PROMETHEUS_MULTIPROC_DIR"
CALL_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
AGE_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60, 300, 1800, 7200)

RPC_SERVER_SECONDS = Histogram(
    "tashbik_rpc_server_seconds",
    "Time from a call's arrival at the service to its answer, by operation and outcome.",
    ("operation", "outcome"),
    buckets=CALL_BUCKETS,
)
RPC_CLIENT_SECONDS = Histogram(
    "tashbik_rpc_client_seconds",
    "Time that a caller waited for a call, by operation and outcome.",
    ("operation", "outcome"),
    buckets=CALL_BUCKETS,
)
RPC_CLIENT_IN_FLIGHT = Gauge(
    "tashbik_rpc_client_in_flight", "Calls that this process has under way.", multiprocess_mode="livesum"
)
RPC_REPLIES_DROPPED = Counter("tashbik_rpc_replies_dropped", "Answers that could not be sent; their calls come back.")
RPC_REPLIES_LATE = Counter("tashbik_rpc_replies_late", "Answers that came after their caller had given up.")
RPC_CALLS_RESENT = Counter("tashbik_rpc_calls_resent", "Calls that were sent again after the broker had gone.")

LINK_CONNECTED = Gauge("tashbik_link_connected", "1 while the broker is connected.", multiprocess_mode="livemin")

OUTBOX_PENDING = Gauge(
    "tashbik_outbox_pending", "Events in the outbox that the broker has not confirmed.", multiprocess_mode="livemax"
)
OUTBOX_OLDEST_SECONDS = Gauge(
    "tashbik_outbox_oldest_seconds", "Age of the oldest event that waits in the outbox.", multiprocess_mode="livemax"
)
OUTBOX_REFUSED = Gauge(
    "tashbik_outbox_refused",
    "Waiting events that the broker has refused at least once.",
    multiprocess_mode="livemax",
)
OUTBOX_PUBLISHED = Counter("tashbik_outbox_published", "Events that the broker has confirmed, by type.", ("type",))

EVENTS_HANDLED = Counter(
    "tashbik_events_handled",
    "Deliveries of events, by queue and outcome: handled, unheeded, repeated, retried, parked or dropped.",
    ("queue", "outcome"),
)
EVENT_AGE_SECONDS = Histogram(
    "tashbik_event_age_seconds",
    "Time from an event's making to the end of its handling, by queue.",
    ("queue",),
    buckets=AGE_BUCKETS,
)
EVENTS_PARKED = Gauge(
    "tashbik_events_parked",
    "Events that failed for good and wait for an operator, by queue.",
    ("queue",),
    multiprocess_mode="livemax",
)
EVENTS_WAITING_SECONDS = Gauge(
    "tashbik_events_waiting_seconds",
    "Age of the oldest event that a consumer has and has not dealt with, by queue; 0 where there is none.",
    ("queue",),
)

TIMER_SECONDS = Histogram(
    "tashbik_timer_seconds", "Time that a tick took, by timer and outcome.", ("timer", "outcome"), buckets=CALL_BUCKETS
)
TIMER_ITEMS_FAILED = Counter(
    "tashbik_timer_items_failed", "Items that ticks could not deal with and went past, by what was done.", ("work",)
)
AUDIT_UNSEALED_SECONDS = Gauge(
    "tashbik_audit_unsealed_seconds",
    "Age of the oldest entry of the audit trail that is not sealed.",
    multiprocess_mode="livemax",
)
AUDIT_UNREADABLE = Counter(
    "tashbik_audit_unreadable", "Entries that were sealed and that cannot be read: no program of the node wrote them."
)
TOKENS_REFUSED = Counter(
    "tashbik_tokens_refused",
    "Requests for an access token that were refused, by OAuth's name of the error.",
    ("error",),
)
PROVIDER_TOKENS_REFUSED = Counter(
    "tashbik_provider_tokens_refused",
    "Access tokens of the identity provider that were refused, by the code of the problem.",
    ("code",),
)
HTTP_SECONDS = Histogram(
    "tashbik_http_seconds",
    "Time that the gateway took to answer, by route, method and status.",
    ("route", "method", "status"),
    buckets=CALL_BUCKETS,
)
HTTP_KEPT = Counter("tashbik_http_kept", "Answers of the gateway that were given again as they had been kept.")
QUESTIONS_STOPPED = Counter(
    "tashbik_questions_stopped", "Questions of the public directory that took too long, and were refused."
)


def forget_process() -> None:
    """Take this process's gauges out of those that several processes put together. For one that ends."""
    if MERGED in os.environ:
        mark_process_dead(os.getpid())


def render() -> tuple[bytes, str]:
    """Return all metrics in Prometheus' text form and its content type."""
    registry: CollectorRegistry = REGISTRY
    if MERGED in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    return generate_latest(registry), CONTENT_TYPE_LATEST
