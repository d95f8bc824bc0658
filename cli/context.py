"""Hold what every command starts from: where the node lies, how it is configured, and where to print.

A command that looks into a node takes the configuration of the node under ``--run`` where there is one, and that of the
environment otherwise (a container, or a machine that is set up by hand).
"""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import structlog
from pymongo.database import Database
from rich.console import Console

from chassis.config import Config, ConfigError, read
from chassis.database import connect
from chassis.identity import Actor
from cli.node import Node
from contracts.policy import Role

SERVICE = "cli"
WIDTH = 160
OPERATOR = Actor(SERVICE, Role.OPERATOR)
NO_NODE = """There is no node in {home}. `tashbik up` starts one; or configure this process by its environment:
{missing}"""


@dataclass
class Context:
    """Hold the directory of a node without Docker, and where to print."""

    home: Path
    console: Console = field(default_factory=lambda: Console(highlight=False, width=_width()))

    @property
    def node(self) -> Node:
        """Return the node under ``--run``; it need not exist."""
        return Node(self.home)

    @property
    def config(self) -> Config:
        """Return the configuration to work by; raise :class:`click.UsageError` where there is none."""
        node = self.node
        if node.exists:
            return node.config
        try:
            return read()
        except ConfigError as error:
            raise click.UsageError(NO_NODE.format(home=self.home, missing=str(error).replace("; ", "\n"))) from error

    def database(self, service: str) -> Database[dict[str, Any]]:
        """Return a service's database; its client is closed with the command."""
        database = connect(self.config, service)
        click.get_current_context().call_on_close(database.client.close)
        return database

    def say(self, text: str, **style: Any) -> None:
        """Print a line, as long as it is: whoever reads it may want to copy an address whole."""
        self.console.print(text, soft_wrap=True, **style)


def quiet_logs() -> None:
    """Write only what went wrong to standard error; a command speaks for itself."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _width() -> int | None:
    """Return the width of lines where no terminal says it: wide, since nobody wants a table cut in a file."""
    return None if sys.stdout.isatty() else WIDTH


pass_context = click.make_pass_decorator(Context)
management_option = click.option(
    "--management",
    default="",
    envvar="TASHBIK_MANAGEMENT_URL",
    metavar="URL",
    help="The broker's management interface; by default port 15672 of the broker's host.",
)
"""For commands that ask it."""
