"""Prove that logs are structured and hold nothing personal."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import amqp.exceptions
import pytest
from pymongo import MongoClient
from pymongo.errors import ServerSelectionTimeoutError

from chassis import logs, trace
from chassis.errors import Conflict
from tests.parts import ROOT

NATIONAL_ID = "29801012100123"

SCRIPT = f"""
import logging, types
from chassis import logs
logs.configure(types.SimpleNamespace(node="qena", log_level="info", log_format="json"), "registry")
logs.get_logger().info("service_started", workers=10)
logs.get_logger().debug("not_shown")
logging.getLogger("some.library").warning("it is %s", "late")
logging.getLogger("nameko.containers").error("error handling %s", "{NATIONAL_ID}")
try:
    raise ValueError("{NATIONAL_ID}")
except ValueError:
    logging.getLogger("some.library").exception("it failed")
"""


def _shown(error: BaseException) -> str:
    try:
        raise error
    except type(error) as raised:
        event: dict[str, Any] = logs.show_exception(None, "error", {"event": "failed", "exc_info": raised})
    return str(event["exception"])


def _lines() -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, env={"PYTHONPATH": f"{ROOT}/shared"}
    )
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_lines_are_json() -> None:
    started, library, _ = _lines()

    assert (started["event"], started["level"], started["node"], started["service"]) == (
        "service_started",
        "info",
        "qena",
        "registry",
    )
    assert (library["event"], library["logger"]) == ("it is late", "some.library")


def test_libraries_quote_nothing() -> None:
    assert NATIONAL_ID not in json.dumps(_lines())


def test_foreign_message_is_left_out() -> None:
    shown = _shown(ValueError(f"no such person: {NATIONAL_ID}"))

    assert NATIONAL_ID not in shown
    assert shown.startswith("ValueError\n")
    assert "test_logs.py" in shown


@pytest.mark.parametrize(
    "error", [Conflict("It is closed."), ConnectionRefusedError(111, "refused"), amqp.exceptions.AccessRefused("no")]
)
def test_plain_message_is_kept(error: Exception) -> None:
    assert str(error) in _shown(error)


def test_unreached_database_is_explained() -> None:
    with MongoClient("mongodb://127.0.0.1:1", serverSelectionTimeoutMS=100) as client:
        try:
            client.admin.command("ping")
        except ServerSelectionTimeoutError as error:
            shown = logs.describe(error)

    assert shown == "pymongo.errors.ServerSelectionTimeoutError: 127.0.0.1:1: [Errno 111] Connection refused"


def test_cause_is_shown() -> None:
    conflict = Conflict("It is closed.")
    conflict.__cause__ = KeyError(NATIONAL_ID)

    shown = _shown(conflict)

    assert "KeyError" in shown
    assert NATIONAL_ID not in shown


def test_trace_is_added() -> None:
    with trace.bound("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"):
        event = logs.add_trace(None, "info", {"event": "x"})

    assert event["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
