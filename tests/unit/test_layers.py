"""Prove that imports run one way: service → store, schemas → domain, and no service knows another."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted(path.name for path in (ROOT / "services").iterdir() if (path / "__init__.py").exists())
FILES = sorted(path for top in ("services", "shared") for path in (ROOT / top).rglob("*.py"))
DRIVERS = {"pymongo", "bson", "gridfs"}
BROKER = {"nameko", "kombu", "amqp"}


@cache
def imports_of(path: Path) -> set[str]:
    """Return the modules that a file imports, in full."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def tops(path: Path) -> set[str]:
    """Return the top packages that a file imports."""
    return {name.partition(".")[0] for name in imports_of(path)}


def relative(paths: list[Path]) -> list[str]:
    """Return paths as ids of test cases."""
    return [str(path.relative_to(ROOT)) for path in paths]


DOMAINS = [path for path in FILES if path.name == "domain.py"]
IN_SERVICES = [path for path in FILES if "services" in path.relative_to(ROOT).parts]
IN_CHASSIS = [path for path in FILES if "chassis" in path.relative_to(ROOT).parts]
IN_CONTRACTS = [path for path in FILES if "contracts" in path.relative_to(ROOT).parts]


def owner(path: Path) -> str:
    """Return the service that a file belongs to."""
    return path.relative_to(ROOT / "services").parts[0]


@pytest.mark.parametrize("path", IN_SERVICES, ids=relative(IN_SERVICES))
def test_service_imports_no_other(path: Path):
    foreign = {f"services.{name}" for name in SERVICES if name != owner(path)}

    assert not [name for name in imports_of(path) if any(name == one or name.startswith(f"{one}.") for one in foreign)]


@pytest.mark.parametrize("path", DOMAINS, ids=relative(DOMAINS))
def test_domain_is_pure(path: Path):
    allowed = ("contracts", f"services.{owner(path)}")

    assert not [
        name
        for name in imports_of(path)
        if name.partition(".")[0] in DRIVERS | BROKER | {"chassis", "marshmallow", "flask"}
        or (name.startswith("services") and not name.startswith(allowed))
    ]


@pytest.mark.parametrize("path", IN_SERVICES, ids=relative(IN_SERVICES))
def test_driver_stays_in_stores(path: Path):
    allowed = path.name in {"store.py", "views.py"} or path.stem.endswith("_store")

    assert allowed or not tops(path) & DRIVERS


@pytest.mark.parametrize("path", IN_SERVICES, ids=relative(IN_SERVICES))
def test_broker_stays_in_services(path: Path):
    assert path.name == "service.py" or not tops(path) & BROKER


@pytest.mark.parametrize("path", IN_CHASSIS, ids=relative(IN_CHASSIS))
def test_chassis_knows_no_service(path: Path):
    allowed = {"contracts.envelope", "contracts.policy"}
    published = {name for name in imports_of(path) if name.startswith("contracts")}

    assert "services" not in tops(path)
    assert not [name for name in published if not name.startswith(tuple(allowed))]


@pytest.mark.parametrize("path", IN_CONTRACTS, ids=relative(IN_CONTRACTS))
def test_contracts_know_nobody(path: Path):
    assert not tops(path) & {"services", "chassis", *DRIVERS, *BROKER}
