"""Tell whether the API lives and can serve, on its own address, for load balancers.

Metrics stand on the health port alone, which is not for the public; see :mod:`chassis.health`.
"""

from __future__ import annotations

from flask import Blueprint, Response

from services.gateway.api.exchange import plain
from services.gateway.auth.guard import operation
from services.gateway.parts import parts

health = Blueprint("health", __name__)


@health.get("/livez")
@operation("gateway.document")
def live() -> Response:
    """Say that the process answers; nothing else is asked."""
    return plain({"status": "alive"})


@health.get("/readyz")
@operation("gateway.document")
def ready() -> Response:
    """Say whether broker and database answer, else 503."""
    ready, report = parts().health.report()
    return plain(report, 200 if ready else 503)
