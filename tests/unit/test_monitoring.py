"""Prove that alerts and board ask for metrics that there are, and that every alert tells what it should."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client import Counter, Gauge, Histogram

from chassis import metrics
from cli.roster import API, SERVICES
from services.notifications import metrics as messages
from services.referrals import metrics as referrals

ROOT = Path(__file__).resolve().parents[2]
RULES = (ROOT / "monitoring" / "alerts.yml").read_text(encoding="utf-8")
BOARD = json.loads((ROOT / "monitoring" / "dashboard.json").read_text(encoding="utf-8"))
QUERIES = " ".join(target["expr"] for panel in BOARD["panels"] for target in panel["targets"])
RUNBOOKS = ROOT / "docs" / "runbooks"
ALERTS = re.findall(r"- alert: (\w+)", RULES)


def exposed() -> set[str]:
    """Return the names of all series, as Prometheus reads them."""
    endings = {Counter: ("_total",), Gauge: ("",), Histogram: ("_bucket", "_count", "_sum")}
    modules = (metrics, messages, referrals)
    declared = [one for module in modules for one in vars(module).values() if type(one) in endings]
    return {one.describe()[0].name + ending for one in declared for ending in endings[type(one)]}


def asked(text: str) -> set[str]:
    """Return the names of series that a text asks for."""
    return set(re.findall(r"\btashbik_\w+", text))


@pytest.mark.parametrize("text", [RULES, QUERIES], ids=["rules", "board"])
def test_asks_for_declared_metrics(text: str):
    assert len(asked(text)) >= 8
    assert asked(text) <= exposed()


def test_asks_for_recorded_series():
    recorded = set(re.findall(r"- record: (\S+)", RULES))

    assert set(re.findall(r"\btashbik:[\w:]+", RULES + QUERIES)) == recorded


def test_every_alert_has_a_runbook():
    pages = re.findall(r"^ +runbook: (\S+)$", RULES, re.MULTILINE)

    assert len(pages) == len(ALERTS)
    assert all((ROOT / page).is_file() for page in pages)


def test_every_alert_stands_in_the_index():
    index = (RUNBOOKS / "README.md").read_text(encoding="utf-8")

    assert {name for row in re.findall(r"^\| ([\w, ]+) \| \[", index, re.MULTILINE) for name in row.split(", ")} == {
        *ALERTS
    }


def test_every_process_is_scraped_and_missed():
    scraped = (ROOT / "monitoring" / "prometheus.yml").read_text(encoding="utf-8")
    processes = [*(service.name for service in SERVICES), API]

    assert f"names: [{', '.join(processes)}]" in scraped
    assert set(re.findall(r'absent\(up\{process="(\w+)"\}\)', RULES)) == set(processes)


@pytest.mark.skipif(not shutil.which("promtool"), reason="no promtool: it comes with Prometheus")
@pytest.mark.parametrize("words", ["test rules alerts.test.yml", "check config prometheus.yml"])
def test_rules_tell_what_they_should(words: str):
    command = ["promtool", *words.split()]

    said = subprocess.run(command, check=False, cwd=ROOT / "monitoring", capture_output=True, text=True)

    assert said.returncode == 0, said.stdout + said.stderr
