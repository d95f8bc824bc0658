"""Prove that alerts and dashboard ask for metrics that there are, and that every alert leads to its runbook."""

from __future__ import annotations

import json
import re
from pathlib import Path

from prometheus_client import Counter, Gauge, Histogram

from chassis import metrics
from services.notifications import metrics as messages

ROOT = Path(__file__).resolve().parents[2]
RULES = (ROOT / "monitoring" / "alerts.yml").read_text(encoding="utf-8")
BOARD = json.loads((ROOT / "monitoring" / "dashboard.json").read_text(encoding="utf-8"))
RUNBOOKS = ROOT / "docs" / "runbooks"


def exposed() -> set[str]:
    """Return the names of all series, as Prometheus reads them."""
    endings = {Counter: ("_total",), Gauge: ("",), Histogram: ("_bucket", "_count", "_sum")}
    declared = [one for module in (metrics, messages) for one in vars(module).values() if type(one) in endings]
    return {one.describe()[0].name + ending for one in declared for ending in endings[type(one)]}


def asked(text: str) -> set[str]:
    """Return the names of series that a text asks for."""
    return set(re.findall(r"\btashbik_\w+", text))


def test_rules_ask_for_declared_metrics():
    assert asked(RULES)
    assert asked(RULES) <= exposed()


def test_board_asks_for_declared_metrics():
    queries = " ".join(target["expr"] for panel in BOARD["panels"] for target in panel["targets"])

    assert len(asked(queries)) >= 8
    assert asked(queries) <= exposed()


def test_every_alert_has_a_runbook():
    pages = re.findall(r"^ +runbook: (\S+)$", RULES, re.MULTILINE)

    assert len(pages) == RULES.count("- alert: ")
    assert all((ROOT / page).is_file() for page in pages)


def test_every_alert_stands_in_the_index():
    index = (RUNBOOKS / "README.md").read_text(encoding="utf-8")

    assert all(alert in index for alert in re.findall(r"- alert: (\w+)", RULES))
