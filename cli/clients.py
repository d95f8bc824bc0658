"""Say which other systems may call the API: ``tashbik clients add | list | revoke``."""

from __future__ import annotations

import click
from rich.table import Column, Table

from chassis import clock, ids
from chassis.errors import NotFound
from cli.context import OPERATOR, Context, pass_context
from services.gateway.auth.clients import ROLES, Client, check_bounds, hash_secret, new_secret
from services.gateway.auth.store import ClientStore

DATABASE = "gateway"


@click.group()
def clients() -> None:
    """Say which other systems may call the API."""


@clients.command()
@click.argument("name")
@click.option("--role", required=True, type=click.Choice([str(role) for role in ROLES]), help="What it may do.")
@click.option("--organization", default="", metavar="ID", help="The organization it acts for: an association's.")
@click.option("--area", default="", metavar="CODE", help="The area it acts in: an officer's or a case worker's.")
@click.option("--id", "client_id", default="", metavar="ID", help="Its client_id; one is made where none is given.")
@pass_context
def add(context: Context, *, name: str, role: str, organization: str, area: str, client_id: str) -> None:
    """Let the system called NAME call the API, and print its client_id and secret. The secret is shown only now."""
    store = ClientStore(context.database(DATABASE))
    client, secret = register(store, name=name, role=role, organization=organization, area=area, client_id=client_id)
    context.say(f"client_id      {client.id}")
    context.say(f"client_secret  {secret}")


def register(
    store: ClientStore, *, name: str, role: str, organization: str = "", area: str = "", client_id: str = ""
) -> tuple[Client, str]:
    """Add a client and return it with its secret, of which only the hash is kept.

    Raises :class:`chassis.errors.Invalid` where the role lacks its organization or area, and
    :class:`chassis.errors.Conflict` where the id is taken.
    """
    checked, secret = check_bounds(role, organization, area), new_secret()
    client = Client(
        client_id or ids.new_id(), name, checked, organization, area, hash_secret(secret), created_at=clock.now()
    )
    store.add(client, OPERATOR.label)
    return client, secret


@clients.command("list")
@pass_context
def list_clients(context: Context) -> None:
    """Show all clients, oldest first."""
    client_id = Column("client_id", no_wrap=True)  # it is there to be copied
    table = Table(client_id, "name", "role", "organization", "area", "added", "revoked", box=None)
    for client in ClientStore(context.database(DATABASE)).list():
        revoked = f"{client.revoked_at:%Y-%m-%d %H:%M}" if client.revoked_at else ""
        added = f"{client.created_at:%Y-%m-%d %H:%M}"
        table.add_row(client.id, client.name, str(client.role), client.organization, client.area, added, revoked)
    context.console.print(table)


@clients.command()
@click.argument("client_id")
@pass_context
def revoke(context: Context, client_id: str) -> None:
    """Let the client call no more. Its tokens are refused within seconds."""
    try:
        client = ClientStore(context.database(DATABASE)).revoke(client_id, OPERATOR.label, clock.now())
    except NotFound as error:
        raise click.UsageError(f"There is no client {client_id}; `tashbik clients list` shows them.") from error
    context.say(f"{client.name} may call no more.")
