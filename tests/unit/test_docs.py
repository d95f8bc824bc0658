"""Prove that the pages lead somewhere and name what there is."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from prometheus_client import Counter, Gauge, Histogram

from chassis import errors, metrics
from contracts.catalogue import EVENTS
from services.gateway.problems import KINDS

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
README = ROOT / "README.md"
INDEX = ROOT / "docs" / "README.md"
PAGES = (README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
NAMED_TEST = re.compile(r"`((?:unit|integration|e2e|browser)/[\w/]+\.py)(?:::(test_\w+))?`")
NAMED_PATH = re.compile(r"`((?:services|shared|cli|demo|tests)/[\w/.]*)`")
METRIC_KINDS = (Counter, Gauge, Histogram)


def text_of(page: Path) -> str:
    """Return a page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def links(page: Path) -> list[str]:
    """Return where a page leads, except to other hosts."""
    found = [first or second for first, second in LINK.findall(text_of(page))]
    return [link for link in found if "://" not in link]


def anchors(page: Path) -> set[str]:
    """Return the names by which the headings of a page can be reached."""
    titles = re.findall(r"^#+ (.*)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def rows(page: Path, shape: str) -> set[str]:
    """Return the first cell of every table row that has a shape."""
    return set(re.findall(rf"^\| `({shape})` \|", page.read_text(encoding="utf-8"), re.MULTILINE))


@cache
def functions(module: Path) -> set[str]:
    """Return the names of every function of a module."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def exposed(metric: Counter | Gauge | Histogram) -> str:
    """Return the name of a metric as Prometheus reads it."""
    return metric.describe()[0].name + ("_total" if isinstance(metric, Counter) else "")


@pytest.mark.parametrize(
    ("page", "link"),
    [(page, link) for page in PAGES for link in links(page)],
    ids=lambda part: part.name if isinstance(part, Path) else part,
)
def test_link_leads_somewhere(page: Path, link: str):
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page

    assert target.exists()
    assert not anchor or anchor in anchors(target)


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: page.name)
def test_page_is_reached_from_the_readme(page: Path):
    assert page in {(start.parent / link).resolve() for start in (README, INDEX) for link in links(start)}


@pytest.mark.parametrize(("module", "name"), sorted(set(NAMED_TEST.findall(README.read_text(encoding="utf-8")))))
def test_named_test_exists(module: str, name: str):
    assert name in {"", *functions(TESTS / module)}


@pytest.mark.parametrize("path", sorted(set(NAMED_PATH.findall(README.read_text(encoding="utf-8")))))
def test_named_path_exists(path: str):
    assert (ROOT / path).exists()


def test_page_lists_every_metric():
    declared = {exposed(one) for one in vars(metrics).values() if isinstance(one, METRIC_KINDS)}

    assert declared <= rows(ROOT / "docs" / "operators.md", r"tashbik_\w+")


def test_page_lists_every_code_of_error():
    page = (ROOT / "docs" / "integrators.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| (\d{3}) \| `(\w+)` \| (.*) \|$", page, re.MULTILINE)

    assert shown == [(str(kind.status), code, kind.advice) for code, kind in KINDS.items()]
    assert set(errors.ERRORS) <= {code for _, code, _ in shown}


@pytest.mark.parametrize("contract", EVENTS, ids=lambda contract: contract.type)
def test_event_is_described_on_its_services_page(contract):
    assert contract.type in (ROOT / "docs" / f"{contract.service}.md").read_text(encoding="utf-8")
