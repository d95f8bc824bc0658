"""Run the baselines as child processes on ports of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chassis.config import PREFIX
from cli.node import Node
from cli.process import LOOPBACK, answers, free_ports, listens, wait_until
from cli.roster import SERVICES, api_arguments, service_part

ROOT = Path(__file__).resolve().parents[2]
BASELINES = "tests.bench.baselines"

PATIENCE = 10  # seconds that a process has to end in order


@contextmanager
def plain_nameko(amqp_url: str, environment: dict[str, str], home: Path) -> Iterator[str]:
    """Run the plain Nameko services, each in a process of its own, and give the gateway's address."""
    (port,) = free_ports(1)
    config = home / "plain_nameko.yaml"
    config.write_text(f"AMQP_URI: '{amqp_url}'\nWEB_SERVER_ADDRESS: '{LOOPBACK}:{port}'\nmax_workers: 32\n", "utf-8")
    nameko = str(Path(sys.executable).with_name("nameko"))
    started = [
        _start([nameko, "run", "--config", str(config), f"{BASELINES}.plain_nameko:{name}"], environment, home, name)
        for name in ("PlainStore", "PlainListener", "PlainGateway")
    ]
    with _ended(started):
        wait_until(lambda: listens(port), "plain Nameko", 60)
        yield f"http://{LOOPBACK}:{port}"


@contextmanager
def gateway(node: Node, processes: int, **settings: str) -> Iterator[tuple[str, int]]:
    """Run another gateway on a node, with so many worker processes and settings of its own; give address and pid."""
    port, health = free_ports(2)
    environment = {**node.environment, PREFIX + "HEALTH_PORT": str(health)}
    environment |= {PREFIX + name.upper(): text for name, text in settings.items()}
    command = [sys.executable, *api_arguments(processes, LOOPBACK, port)]
    url, process = f"http://{LOOPBACK}:{port}", _start(command, environment, node.home / "logs", "bench-gateway")
    with _ended([process]):
        wait_until(lambda: answers(f"{url}/readyz"), "the gateway", 60)
        yield url, process.pid


@contextmanager
def service(node: Node, name: str) -> Iterator[int]:
    """Run another replica of one of a node's services, and give its pid."""
    (health,) = free_ports(1)
    part = service_part(next(one for one in SERVICES if one.name == name), node.environment, health)
    process = _start([*part.command], {**part.environment}, node.home / "logs", f"bench-{name}-{health}")
    with _ended([process]):
        wait_until(part.ready, name, 60)
        yield process.pid


@contextmanager
def minimal_fastapi(processes: int, environment: dict[str, str], home: Path) -> Iterator[str]:
    """Run the minimal FastAPI application with so many worker processes, and give its address."""
    (port,) = free_ports(1)
    command = [
        *(sys.executable, "-m", "uvicorn", f"{BASELINES}.minimal_fastapi:app", "--host", LOOPBACK, "--port", str(port)),
        *("--workers", str(processes), "--no-access-log", "--log-level", "warning"),
    ]
    with _ended([_start(command, environment, home, "fastapi")]):
        wait_until(lambda: listens(port), "minimal FastAPI", 60)
        yield f"http://{LOOPBACK}:{port}"


def _start(command: list[str], environment: dict[str, str], home: Path, name: str) -> subprocess.Popen[bytes]:
    home.mkdir(parents=True, exist_ok=True)
    everything = {**os.environ, **environment, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "shared")))}
    with (home / f"{name}.log").open("wb") as log:
        return subprocess.Popen(command, cwd=ROOT, env=everything, stdout=log, stderr=log)


@contextmanager
def _ended(processes: list[subprocess.Popen[bytes]]) -> Iterator[None]:
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            _wait_or_kill(process)


def _wait_or_kill(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()  # plain Nameko sometimes does not hear that it is to end
        process.wait()
