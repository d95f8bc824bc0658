"""Prove that rates are counted in memory while the database is away."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask, g

from chassis.config import Config
from chassis.identity import Actor
from services.gateway import limits, problems
from services.gateway.auth.guard import Operation
from services.gateway.limits import LOOK_AGAIN, Limits

NOWHERE = "mongodb://127.0.0.1:9/"


def application(limiter: Limits) -> Flask:
    """Return an application of one route, limited."""
    app = Flask("limited", static_folder=None)
    app.config["PUBLIC_URL"] = ""
    problems.register(app)

    @app.before_request
    def guard() -> None:
        g.actor, g.operation = Actor("one", "officer"), Operation("referrals.refer_family", changes=True)

    app.before_request(limiter.check)
    app.post("/change")(lambda: "done")
    return app


def test_lost_database_stops_no_change(config: Config, monkeypatch):
    monkeypatch.setattr(limits, "PATIENCE_MS", 200)  # a test should not wait as long as a caller
    limiter = Limits(replace(config, mongo_url=NOWHERE, write_rate="2/minute"), NOWHERE)
    http = application(limiter).test_client()

    statuses = [http.post("/change").status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    assert LOOK_AGAIN > 0
