"""Make records of packages, for the tests of what becomes of their rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cli.hsds_package import organizations, services
from cli.hsds_package.making import Maker
from cli.hsds_package.services import Home
from contracts.registry.organizations import RowFields
from contracts.registry.services import ServiceRowFields

Make = Callable[..., Maker]
Record = dict[str, Any]
HOME = Home("O-1", {"1": "L-1", "2": "L-2"}, {"p1": "P-1"})


def organization(maker: Maker) -> Record:
    """Return the first organization's row, which the registry's schema takes."""
    _, made = next(organizations.rows(maker))
    assert not RowFields().validate(made)
    return made


def service(maker: Maker) -> Record:
    """Return the first service's row, which the registry's schema takes."""
    _, made = next(services.rows(maker, "1", HOME))
    assert not ServiceRowFields().validate(made)
    return made


def warnings(maker: Maker) -> list[str]:
    return [one.reason for one in maker.verdicts]
