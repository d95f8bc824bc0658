"""Run the baselines as child processes on ports of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from joserfc.jwk import OKPKey

from chassis.config import PREFIX
from cli.node import Node
from cli.process import LOOPBACK, answers, free_ports, listens, wait_until
from cli.roster import API, SERVICES, api_arguments, service_part
from tests.bench.load import NoLoad

ROOT = Path(__file__).resolve().parents[2]
BASELINES = "tests.bench.baselines"

PATIENCE = 10  # seconds that a process has to end in order


@contextmanager
def plain_nameko(amqp_url: str, environment: dict[str, str], home: Path) -> Iterator[str]:
    """Run the plain Nameko services, each in a process of its own, and give the gateway's address."""
    (port,) = free_ports(1)
    names = ("PlainStore", "PlainListener", "PlainEcho", "PlainGateway")
    with ended([_nameko(name, amqp_url, port, environment, home) for name in names]):
        wait_until(lambda: listens(port), "plain Nameko", 60)
        yield f"http://{LOOPBACK}:{port}"


def _nameko(name: str, amqp_url: str, port: int, environment: dict[str, str], home: Path) -> subprocess.Popen[bytes]:
    config = home / "plain_nameko.yaml"
    config.write_text(f"AMQP_URI: '{amqp_url}'\nWEB_SERVER_ADDRESS: '{LOOPBACK}:{port}'\nmax_workers: 32\n", "utf-8")
    nameko = str(Path(sys.executable).with_name("nameko"))
    return _start([nameko, "run", "--config", str(config), f"{BASELINES}.plain_nameko:{name}"], environment, home, name)


def raw(kind: str, seconds: float, environment: dict[str, str]) -> dict[str, Any]:
    """Run a library alone for so many seconds, and return what it printed."""
    command = [sys.executable, "-m", f"{BASELINES}.raw", kind, str(seconds)]
    paths = {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "shared")))}
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment, **paths}, capture_output=True, check=False, timeout=300
    )
    if done.returncode:
        raise NoLoad(done.stderr.decode())
    return dict(orjson.loads(done.stdout.splitlines()[-1]))  # what stands before it was logged


@contextmanager
def guarded(node: Node) -> Iterator[int]:
    """Run the service of guarantees alone on a node, and give its pid."""
    (health,) = free_ports(1)
    key, keys = OKPKey.generate_key("Ed25519"), node.config.keys
    (keys / "identity" / "bench.pem").write_bytes(key.as_pem(private=True))
    (keys / "trusted" / "bench.pem").write_bytes(key.as_pem(private=False))
    environment = {**node.environment, PREFIX + "HEALTH_PORT": str(health), **administrator(node)}
    command = [sys.executable, "-m", "chassis.run", f"{BASELINES}.guarded:Guarded"]
    process = _start(command, environment, node.home / "logs", "bench-guarded")
    with ended([process]):
        wait_until(lambda: answers(f"http://{LOOPBACK}:{health}/readyz"), "the guarded service", 60)
        yield process.pid


def administrator(node: Node) -> dict[str, str]:
    """Return the settings of a process that may open any queue and any database of a node."""
    path = node.layout.keep_secret("bench_amqp_url", node.broker_url)
    return {PREFIX + "AMQP_URL_FILE": str(path)}


@contextmanager
def gateway(node: Node, processes: int, **settings: str) -> Iterator[tuple[str, int]]:
    """Run another gateway on a node, with so many worker processes and settings of its own; give address and pid."""
    port, health = free_ports(2)
    environment = {**node.environment_of(API), PREFIX + "HEALTH_PORT": str(health)}
    environment |= {PREFIX + name.upper(): text for name, text in settings.items()}
    command = [sys.executable, *api_arguments(processes, LOOPBACK, port)]
    url, process = f"http://{LOOPBACK}:{port}", _start(command, environment, node.home / "logs", "bench-gateway")
    with ended([process]):
        wait_until(lambda: answers(f"{url}/readyz"), "the gateway", 60)
        yield url, process.pid


@contextmanager
def service(node: Node, name: str) -> Iterator[int]:
    """Run another replica of one of a node's services, and give its pid."""
    (health,) = free_ports(1)
    part = service_part(next(one for one in SERVICES if one.name == name), node.environment_of(name), health)
    process = _start([*part.command], {**part.environment}, node.home / "logs", f"bench-{name}-{health}")
    with ended([process]):
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
    with ended([_start(command, environment, home, "fastapi")]):
        wait_until(lambda: listens(port), "minimal FastAPI", 60)
        yield f"http://{LOOPBACK}:{port}"


def _start(command: list[str], environment: dict[str, str], home: Path, name: str) -> subprocess.Popen[bytes]:
    home.mkdir(parents=True, exist_ok=True)
    everything = {**os.environ, **environment, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "shared")))}
    with (home / f"{name}.log").open("wb") as log:
        return subprocess.Popen(command, cwd=ROOT, env=everything, stdout=log, stderr=log)


@contextmanager
def ended(processes: list[subprocess.Popen[bytes]]) -> Iterator[None]:
    """End processes with the block, in order where they hear it."""
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
