"""Say in one sentence what went wrong, where a command knows it, instead of a traceback."""

from __future__ import annotations

from typing import Any

import click
import httpx
from pymongo.errors import PyMongoError

from chassis.config import ConfigError
from chassis.errors import TashbikError
from chassis.logs import describe
from cli.api import Refused
from cli.makeup import NodeError
from cli.parts import MissingPart
from cli.supervision import SupervisionError

SAID = (ConfigError, MissingPart, NodeError, Refused, SupervisionError, TashbikError)
UNREACHABLE = (httpx.TransportError, PyMongoError, ConnectionError)


class Explained(click.Command):
    """End with exit code 1 and a sentence on standard error."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except SAID as error:
            raise click.ClickException(_sentences(error)) from error
        except TimeoutError as error:
            raise click.ClickException(f"{error}.") from error
        except UNREACHABLE as error:
            raise click.ClickException(f"A part of the node does not answer: {describe(error)}") from error


class ExplainedGroup(Explained, click.Group):
    """Do so for a group of commands."""


def _sentences(error: Exception) -> str:
    problems = getattr(error, "problems", [])
    return "\n".join([str(error), *(f"  {each.get('field', '')}: {each.get('message', '')}" for each in problems)])
