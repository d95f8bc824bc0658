"""Prove that an audit which could not look everything up does not say that all is well."""

from __future__ import annotations

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
CLEAN = {"name": "kombu", "version": "5.6.2", "vulns": []}
SKIPPED = {"name": "nameko", "skip_reason": "it was not found"}
FAULTY = {"name": "flask", "version": "3.0.0", "vulns": [{"id": "CVE-2026-1", "fix_versions": ["3.0.1"]}]}


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    """Give the script."""
    spec = spec_from_loader("audit", SourceFileLoader("audit", str(ROOT / "bin" / "audit")))
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("packages", "code"),
    [([CLEAN], 0), ([CLEAN, FAULTY], 1), ([SKIPPED, FAULTY], 1), ([CLEAN, SKIPPED], 2), ([SKIPPED], 2)],
)
def test_code_tells_what_is_known(audit: ModuleType, packages: list[dict], code: int):
    assert audit.verdict(packages)[0] == code


def test_fault_is_named_with_its_mending(audit: ModuleType):
    assert audit.verdict([FAULTY])[1] == ["flask 3.0.0: CVE-2026-1, mended in 3.0.1"]


def test_what_was_not_looked_up_is_counted(audit: ModuleType):
    assert audit.verdict([CLEAN, SKIPPED])[1] == ["1 of 2 packages could not be looked up: nothing is known of these."]
