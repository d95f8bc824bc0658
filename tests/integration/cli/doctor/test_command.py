"""Prove that the doctor says what every check found, and ends with what is worst."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
from click.testing import CliRunner, Result

from chassis import topology
from chassis.config import Config
from cli.context import Context
from cli.doctor.command import CHECKS, examine
from cli.doctor.patient import Level, Patient
from cli.main import main
from tests.integration.cli.doctor.patients import QUEUE
from tests.parts import Broker, environment_of

OURS_ALONE = {"transactions", "slow log", "disk"}  # of whatever database and machine the tests were given


def doctor(config: Config, home: Path, *arguments: str) -> Result:
    """Run ``tashbik doctor`` on a node that is configured by its environment."""
    return CliRunner().invoke(main, ("doctor", *arguments), obj=Context(home), env=environment_of(config))


def test_healthy_node_is_well(patient: Patient):
    found = examine(patient, {name: check for name, check in CHECKS.items() if name not in OURS_ALONE})

    assert [finding for finding in found if finding.level is not Level.OK] == []


def test_failing_check_hides_no_other(node_config: Config, tmp_path: Path):
    nobody = replace(node_config, amqp_url="amqp://guest:guest@127.0.0.1:1/")

    result = doctor(nobody, tmp_path, "--json", "--management", "http://127.0.0.1:1")

    found = {finding["check"]: finding["level"] for finding in orjson.loads(result.output)["findings"]}
    assert (found["broker"], found["queues"], found["indexes"]) == ("broken", "unknown", "ok")
    assert list(found) == list(CHECKS)
    assert result.exit_code == 2


def test_broken_node_ends_with_two(node_config: Config, channel: Any, broker: Broker, tmp_path: Path):
    channel.queue_delete(topology.parked_name(QUEUE))

    result = doctor(node_config, tmp_path, "--management", broker.management_url)

    assert f"queue {QUEUE}.parked is missing" in result.output
    assert result.exit_code == 2
