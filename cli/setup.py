"""Set a node up: ``keys`` makes its keys and exchanges them, ``config`` explains its configuration.

``database users`` and ``broker users`` make the users of a database and of a broker that the node did not start itself.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from chassis.config import KEYS, PREFIX, REQUIRED, Key, read_one
from cli import broker as brokers
from cli import database as databases
from cli import indexes, rotation
from cli import keys as keys_of_node
from cli.context import Context, management_option, pass_context

HIDDEN = ("password", "secret", "amqp_url", "mongo_url")


@click.group()
def keys() -> None:
    """Make the keys of a node, and exchange them."""


@keys.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@pass_context
def create(context: Context, directory: Path) -> None:
    """Make the keys that are missing in DIRECTORY; what is there stays as it is.

    Keep a copy of master.key where the database's backups are not: without it what is encrypted can never be read.
    """
    made = keys_of_node.create(directory)
    for path in made:
        context.say(f"  made {path}")
    context.say(f"{len(made)} made, all keys are in {directory}." if made else "All keys were there already.")


keys.add_command(rotation.rotate)
keys.add_command(rotation.next_master)


@click.group()
def database() -> None:
    """Set up a database that the node did not start itself."""


@database.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--prefix",
    envvar=PREFIX + "DATABASE_PREFIX",
    default=KEYS["database_prefix"].default,
    show_default=True,
    help="Databases are <prefix>_<service>.",
)
@pass_context
def users(context: Context, directory: Path, prefix: str) -> None:
    """Make a user for each process of a node, who opens the databases of that process and no other.

    DIRECTORY holds an address in each of its files, as bin/make-secrets makes them: `mongo_url` is the administrator's,
    `mongo_url_registry` that of the process `registry`, and so on. Users get the names and passwords that stand there.
    Indexes that an older version left otherwise are exchanged; services may run meanwhile.
    """
    urls = {process: _address(directory / f"mongo_url_{process}") for process in databases.OPENS}
    administrator = _address(directory / "mongo_url")
    databases.prepare(administrator, prefix, urls)
    indexes.exchange(administrator, prefix, context.say)
    context.say(f"{', '.join(urls)} open their own databases.")


@click.group()
def broker() -> None:
    """Set up a broker that the node did not start itself."""


@broker.command("users")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@management_option
@pass_context
def broker_users(context: Context, directory: Path, management: str) -> None:
    """Declare the node's exchanges and queues, and make a user for each process, who may do what it needs to.

    DIRECTORY holds an address in each of its files, as bin/make-secrets makes them: `amqp_url` is the administrator's,
    `amqp_url_registry` that of the process `registry`, and so on. Users get the names and passwords that stand there.
    """
    urls = {process: _address(directory / f"amqp_url_{process}") for process in brokers.PROCESSES}
    administrator = _address(directory / "amqp_url")
    brokers.prepare(administrator, management or brokers.console_of(administrator), urls, read_one("retry_delays"))
    context.say(f"{', '.join(urls)} do what they need to on the broker, and nothing else.")


def _address(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read ({error.strerror}); bin/make-secrets makes it.") from error


@click.command()
@pass_context
def config(context: Context) -> None:
    """List every key of the configuration: its variable, its meaning, its default, and what it is set to here.

    Any key may be given as a file by appending _FILE to its name.
    """
    node = context.node
    environment = {**os.environ, **(node.environment if node.exists else {})}  # shown, not read
    for name, key in KEYS.items():
        variable = PREFIX + name.upper()
        context.say(f"[bold]{variable}[/]  {key.meaning}")
        context.console.print(
            f"    default {default_text(key) or '(empty)'}", style="dim", markup=False, soft_wrap=True
        )
        if here := _set_here(name, environment):
            context.say(f"    here    {here}", style="green", markup=False)


def default_text(key: Key) -> str:
    """Return a key's default as one would write it into the environment."""
    match key.default:
        case _ if key.default is REQUIRED:
            return "(required)"
        case bool():
            return "yes" if key.default else "no"
        case (int(), int()):
            return "-".join(map(str, key.default))
        case tuple():
            return ",".join(map(str, key.default))
        case _:
            return str(key.default)


def _set_here(name: str, environment: dict[str, Any]) -> str:
    variable = PREFIX + name.upper()
    if variable + "_FILE" in environment:
        return f"from {environment[variable + '_FILE']}"
    text = str(environment.get(variable, ""))
    return "(hidden)" if text and any(word in name for word in HIDDEN) else text
