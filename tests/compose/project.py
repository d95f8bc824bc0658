"""Run the node of docker-compose.yml on an engine, under a name, ports and secrets of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from cli.process import LOOPBACK, free_ports, wait_until
from cli.roster import ROOT
from tests.compose.engine import Engine
from tests.compose.node import HOME, MAIL_URL

NAME = "tashbik-test"
HERE = Path(__file__).parent
READY_SECONDS = 240.0
SETTINGS = {
    "TASHBIK_RETRY_DELAYS": "0.2,0.5,1",
    "TASHBIK_SWEEP_INTERVAL": "0.5",
    "TASHBIK_SEAL_INTERVAL": "1",
    "TASHBIK_SMSC_RATE": "100",
    "TASHBIK_TOKEN_RATE": "6000/minute",
    "TASHBIK_WRITE_RATE": "60000/minute",
    "TASHBIK_PUBLIC_RATE": "60000/minute",
}
KINDS = (("ps", "--all"), ("volume", "ls"), ("network", "ls"))


@dataclass
class Project:
    """Hold the node: its engine, the images that it is made of, and a folder for what it needs and gives."""

    engine: Engine
    images: Mapping[str, str]
    home: Path

    def up(self, **replicas: int) -> None:
        """Start what does not run, with so many of a service, and return when all of it is healthy."""
        self.prepare()
        scaled = [word for name, number in replicas.items() for word in ("--scale", f"{name}={number}")]
        self._compose("up", "--detach", "--no-build", *scaled)
        wait_until(lambda: not self.unwell(), "the containers", READY_SECONDS, interval=1.0)

    def down(self) -> None:
        """Remove its containers, volumes and networks."""
        self._compose("down", "--volumes", "--remove-orphans")

    def prepare(self) -> None:
        """Make secrets, and the folder into which the SMSC, which is another user, writes."""
        received = self.home / "received"
        received.mkdir(parents=True, exist_ok=True)
        received.chmod(0o777)  # nobody else gets through the folder above
        subprocess.run([ROOT / "bin" / "make-secrets", self.home / "secrets"], check=True, stdout=subprocess.DEVNULL)

    def containers(self, service: str) -> list[str]:
        """Return the containers of a service."""
        return self._read("ps", "--quiet", service).split()

    def unwell(self) -> list[str]:
        """Return the containers that run and are not healthy, or do not run and did not end well."""
        listed = self.engine.read("docker", "ps", "--all", *_of_ours(), "--format", "{{.Names}}: {{.Status}}")
        return [line for line in listed.splitlines() if not _well(line.partition(": ")[2])]

    def crash(self, container: str) -> None:
        """Kill a container's process from within, which unlike `docker kill` is a death that the engine answers for."""
        self.engine.run("docker", "exec", container, "sh", "-c", "kill -9 -1 || true")

    def restarts(self, container: str) -> int:
        """Return how often the engine has started a container again."""
        return int(self.engine.read("docker", "inspect", "--format", "{{.RestartCount}}", container))

    def left(self) -> list[str]:
        """Return the containers, volumes and networks that are there."""
        found = [self.engine.read("docker", *kind, *_of_ours(), "--quiet") for kind in KINDS]
        return [name for names in found for name in names.split()]

    def logs(self) -> None:
        """Print the end of each container's log."""
        self._compose("logs", "--tail=30")

    def copy_keys(self) -> None:
        """Fetch the node's keys, which the tests compare with what it publishes."""
        shutil.rmtree(self.home / "keys", ignore_errors=True)
        self.engine.run("docker", "cp", f"{self.containers('api')[0]}:/keys", str(self.home / "keys"))

    @cached_property
    def environment(self) -> dict[str, str]:
        """Return what compose reads from its environment."""
        http, mail, amqp, mongo = free_ports(4)
        return {
            **self.images,
            **SETTINGS,
            "COMPOSE_PROJECT_NAME": NAME,
            "TASHBIK_SECRETS": str(self.home / "secrets"),
            "TASHBIK_HTTP": f"{LOOPBACK}:{http}",
            "TASHBIK_PUBLIC_URL": f"http://{LOOPBACK}:{http}",
            "TASHBIK_MAIL_HTTP": f"{LOOPBACK}:{mail}",
            "TASHBIK_TEST_AMQP_PORT": str(amqp),
            "TASHBIK_TEST_MONGO_PORT": str(mongo),
            HOME: str(self.home),
        }

    @property
    def seen_from_outside(self) -> dict[str, str]:
        """Return the environment of whoever looks into the node from outside of its network."""
        given = self.environment
        amqp = _moved(self._secret("amqp_url"), given["TASHBIK_TEST_AMQP_PORT"])
        mongo = _moved(self._secret("mongo_url"), given["TASHBIK_TEST_MONGO_PORT"])
        return {
            HOME: given[HOME],
            MAIL_URL: f"http://{given['TASHBIK_MAIL_HTTP']}",
            "TASHBIK_NODE": "qena",
            "TASHBIK_PUBLIC_URL": given["TASHBIK_PUBLIC_URL"],
            "TASHBIK_API_PORT": given["TASHBIK_HTTP"].rpartition(":")[2],
            "TASHBIK_AMQP_URL": amqp,
            "TASHBIK_MONGO_URL": mongo.replace("replicaSet=rs0", "directConnection=true"),  # its own name is not ours
            "TASHBIK_KEYS": str(self.home / "keys"),
            "TASHBIK_OFFICER_EMAIL": "officer@qena.example",
        }

    def _secret(self, name: str) -> str:
        return (self.home / "secrets" / name).read_text(encoding="utf-8")

    def _compose(self, *arguments: str) -> None:
        self.engine.run(*_command(), *arguments, more=self.environment)

    def _read(self, *arguments: str) -> str:
        return self.engine.read(*_command(), *arguments, more=self.environment)


def _command() -> list[str]:
    plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0
    compose = ["docker", "compose"] if plugin else ["docker-compose"]
    files = ["--file", str(ROOT / "docker-compose.yml"), "--file", str(HERE / "override.yml")]
    return [*compose, *files, "--project-directory", str(ROOT), "--env-file", str(ROOT / "demo.env")]


def _of_ours() -> tuple[str, str]:
    return "--filter", f"label=com.docker.compose.project={NAME}"


def _well(status: str) -> bool:
    if status.startswith("Up"):
        return "(" not in status or "(healthy)" in status
    return status.startswith("Exited (0)")


def _moved(url: str, port: str) -> str:
    found = urlsplit(url)
    login = found.netloc.rpartition("@")[0]
    return found._replace(netloc=f"{login}@{LOOPBACK}:{port}").geturl()


def given_images() -> dict[str, str]:
    """Return the images that the environment names."""
    names = ("NODE_IMAGE", "PYTHON_IMAGE", "RABBITMQ_IMAGE", "MONGO_IMAGE", "MAIL_IMAGE")
    return {name: os.environ[name] for name in names if name in os.environ}
