"""Prove that the pages on messages and webhooks name what there is."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client import Counter, Gauge, Histogram

from contracts import webhooks as contract
from services.notifications import metrics
from services.notifications.messages.domain import Failure, Status
from services.notifications.messages.notices import NOTICES, all_notices

DOCS = Path(__file__).resolve().parents[3] / "docs"
PAGE, WEBHOOKS = ((DOCS / name).read_text(encoding="utf-8") for name in ("messages.md", "webhooks.md"))
KINDS = (Counter, Gauge, Histogram)
MEASURES = [one.describe()[0].name for one in vars(metrics).values() if isinstance(one, KINDS)]


@pytest.mark.parametrize("name", [*Status, *Failure, *NOTICES, *sorted(one.template for one in all_notices())])
def test_page_names(name):
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", MEASURES)
def test_page_names_measure(name):
    assert name in PAGE + WEBHOOKS


@pytest.mark.parametrize("name", [*contract.STATUSES[1:], *contract.REASONS[1:], *contract.DELIVERY_REASONS[1:]])
def test_page_names_reason_of_webhook(name):
    assert f"`{name}`" in WEBHOOKS
