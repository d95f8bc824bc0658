"""Prove that the command knows every trail."""

from __future__ import annotations

from pkgutil import resolve_name

from chassis.trail.sealing import Sealing
from cli import roster
from cli.audit import TRAILS


def test_every_trail_is_sealed_by_one_service():
    classes = {service.name: resolve_name(service.target) for service in roster.SERVICES}

    sealed = [
        part.owner or service
        for service, kind in classes.items()
        for part in vars(kind).values()
        if isinstance(part, Sealing)
    ]

    assert sorted(sealed) == sorted(TRAILS)
