"""Bring a node up in containers, play the end-to-end tests on it, scale it, kill some of it, and take it down.

``python -m tests.compose`` uses the engine that runs, or starts a private one. Images come from where compose would get
them, or by ``--stand-ins`` from Debian's packages. The exit code is 0 only where every test passed and nothing is left.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
import yaml

from cli.process import wait_until
from cli.roster import ROOT
from tests.compose.engine import Engine, engine
from tests.compose.project import HERE, READY_SECONDS, Project, given_images

OURS = "tashbik:test"
STAND_INS = {
    "PYTHON_IMAGE": "tashbik-test/bookworm",
    "NODE_IMAGE": "tashbik-test/node",
    "RABBITMQ_IMAGE": "tashbik-test/rabbitmq",
    "MONGO_IMAGE": "tashbik-test/mongo",
    "MAIL_IMAGE": "tashbik-test/mail",
}
OTHERS = {"RABBITMQ_IMAGE": "broker", "MONGO_IMAGE": "database", "MAIL_IMAGE": "mail"}
TESTS = ("main_job", "http", "idempotency", "imports", "access", "tokens", "escalation", "calls")
AGAIN = ("main_job", "http", "idempotency", "imports")
SCALED = {"registry": 3, "notifications": 2}


@click.command()
@click.option("--stand-ins", is_flag=True, help="Build images from Debian's packages in place of the official ones.")
@click.option("--keep", is_flag=True, help="Keep the images of a private engine for the next time.")
@click.option(
    "--data", default=".run/engine", type=click.Path(path_type=Path), help="Where a private engine keeps them."
)
def main(stand_ins: bool, keep: bool, data: Path) -> None:
    """Prove the node of docker-compose.yml on a real engine."""
    images = (STAND_INS if stand_ins else {}) | given_images() | {"TASHBIK_IMAGE": OURS}
    data = data.resolve()
    try:
        with engine(data, online=True) as builder:
            _build(builder, images, stand_ins=stand_ins)
        with engine(data, online=False) as runner, _project(runner, images) as project:
            _prove(project)
    except (subprocess.SubprocessError, TimeoutError, FileNotFoundError) as failed:
        sys.exit(f"compose-test failed: {failed}")
    finally:
        if not keep:
            shutil.rmtree(data, ignore_errors=True)
    _tell("passed")


def _build(builder: Engine, images: Mapping[str, str], *, stand_ins: bool) -> None:
    _tell("building images")
    if stand_ins:
        builder.run(str(HERE / "images" / "build"))
    bases = [f"--build-arg={name}={images[name]}" for name in ("NODE_IMAGE", "PYTHON_IMAGE") if name in images]
    builder.run("docker", "build", "--quiet", "--network=host", *bases, f"--tag={OURS}", str(ROOT))
    if images.get("MAIL_IMAGE") == STAND_INS["MAIL_IMAGE"]:
        tag, base = f"--tag={STAND_INS['MAIL_IMAGE']}", f"--build-arg=TASHBIK_IMAGE={OURS}"
        builder.run("docker", "build", "--quiet", base, tag, str(HERE / "images" / "mail"))
    for image in _others(images):
        if not builder.read("docker", "images", "--quiet", image):
            builder.run("docker", "pull", "--quiet", image)


def _others(images: Mapping[str, str]) -> list[str]:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    usual = {name: services[service]["image"].partition(":-")[2].rstrip("}") for name, service in OTHERS.items()}
    return [images.get(name, image) for name, image in usual.items()]


@contextmanager
def _project(runner: Engine, images: Mapping[str, str]) -> Iterator[Project]:
    with tempfile.TemporaryDirectory(prefix="tashbik-compose-") as home:
        project = Project(runner, images, Path(home))
        try:
            yield project
        except (subprocess.SubprocessError, TimeoutError):
            project.logs()
            raise
        finally:
            _tell("taking it down")
            project.down()
            if left := project.left():
                raise TimeoutError(f"left behind: {', '.join(left)}")


def _prove(project: Project) -> None:
    _tell("starting a node")
    project.up()
    project.copy_keys()
    _test(project, TESTS)
    _tell(f"scaling: {SCALED}")
    project.up(**SCALED)
    killed = [project.containers(service)[-1] for service in SCALED]
    for container in killed:
        project.crash(container)
    _tell("killed one of each; playing on without them")
    _test(project, AGAIN)
    wait_until(lambda: all(project.restarts(one) for one in killed), "the engine to start them again", READY_SECONDS)
    wait_until(lambda: not project.unwell(), "the containers", READY_SECONDS)


def _test(project: Project, names: tuple[str, ...]) -> None:
    files = [f"tests/e2e/test_{name}.py" for name in names]
    command = [sys.executable, "-m", "pytest", "-q", "-m", "not slow", *files]
    environment = {name: text for name, text in os.environ.items() if not name.startswith("TASHBIK_")}
    subprocess.run(project.engine.beside(command), check=True, cwd=ROOT, env=environment | project.seen_from_outside)


def _tell(what: str) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')} {what}")


if __name__ == "__main__":
    main()
