"""Prove that the page on messages names what there is."""

from __future__ import annotations

from pathlib import Path

import pytest
from prometheus_client import Counter, Gauge, Histogram

from services.notifications import metrics
from services.notifications.messages.domain import Failure, Status
from services.notifications.messages.notices import NOTICES, all_notices

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "messages.md").read_text(encoding="utf-8")
KINDS = (Counter, Gauge, Histogram)
MEASURES = [one.describe()[0].name for one in vars(metrics).values() if isinstance(one, KINDS)]


@pytest.mark.parametrize("name", [*Status, *Failure, *NOTICES, *sorted(one.template for one in all_notices())])
def test_page_names(name):
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", MEASURES)
def test_page_names_measure(name):
    assert name in PAGE
