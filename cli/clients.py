"""Say which other systems may call the API: ``tashbik clients add | list | rotate | revoke | pseudonym``."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import click
from rich.table import Column, Table

from chassis import clock, ids
from chassis.errors import NotFound
from cli.context import OPERATOR, Context, pass_context
from services.gateway.auth.claims import pseudonyms_of
from services.gateway.auth.clients import ROLES, Client, check_bounds, hash_secret, new_secret
from services.gateway.auth.store import ClientStore

DATABASE = "gateway"
UNKNOWN = "There is no client {}; `tashbik clients list` shows them."
LONGEST_OVERLAP = timedelta(days=30)
UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Duration(click.ParamType[timedelta]):
    """Accept a span of time: ``90m``, ``24h``, ``7d`` or ``0``."""

    name = "duration"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Return the span; refuse one that is longer than :data:`LONGEST_OVERLAP`."""
        match = re.fullmatch(r"(\d{1,5})([mhd])|0", value)
        if match is None:
            self.fail(f"{value!r} is no span of time; give 90m, 24h, 7d or 0", param, ctx)
        span = timedelta(**{UNITS[match[2]]: int(match[1])}) if match[2] else timedelta(0)
        if span > LONGEST_OVERLAP:
            self.fail(f"{value} is too long; give {LONGEST_OVERLAP.days}d at most", param, ctx)
        return span


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
    table = Table(client_id, "name", "role", "organization", "area", "added", "old secret until", "revoked", box=None)
    for client in ClientStore(context.database(DATABASE)).list():
        former = client.former_until if len(client.hashes(clock.now())) > 1 else None
        times = map(_shown, (client.created_at, former, client.revoked_at))
        table.add_row(client.id, client.name, str(client.role), client.organization, client.area, *times)
    context.console.print(table)


@clients.command()
@click.argument("client_id")
@click.option(
    "--overlap", default="24h", show_default=True, type=Duration(), help="How long the old secret still holds."
)
@pass_context
def rotate(context: Context, client_id: str, overlap: timedelta) -> None:
    """Give the client a new secret, which holds at once, and print it. It is shown only now.

    The old one holds for --overlap more (90m, 24h, 7d; 0 for not at all), so that the other system can be told.
    """
    secret, store = new_secret(), ClientStore(context.database(DATABASE))
    try:
        client = store.rotate(client_id, hash_secret(secret), OPERATOR.label, clock.now(), overlap)
    except NotFound as error:
        raise click.UsageError(UNKNOWN.format(client_id)) from error
    context.say(f"client_id      {client.id}")
    context.say(f"client_secret  {secret}")
    if client.former_until:
        context.say(f"The old secret holds until {client.former_until:%Y-%m-%d %H:%M} UTC.")


@clients.command()
@click.argument("client_id")
@pass_context
def revoke(context: Context, client_id: str) -> None:
    """Let the client call no more. Its tokens are refused within seconds."""
    try:
        client = ClientStore(context.database(DATABASE)).revoke(client_id, OPERATOR.label, clock.now())
    except NotFound as error:
        raise click.UsageError(UNKNOWN.format(client_id)) from error
    context.say(f"{client.name} may call no more.")


@clients.command()
@pass_context
def pseudonym(context: Context) -> None:
    """Say how a person of the identity provider is called in logs and the audit trail.

    Asks for the ``sub`` of the person's tokens, so that it stands in no shell's history.
    """
    config = context.config
    if not config.oidc_issuer:
        raise click.UsageError("There is no identity provider: set TASHBIK_OIDC_ISSUER.")
    context.say(pseudonyms_of(config).of(click.prompt("sub", err=True)))


def _shown(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
