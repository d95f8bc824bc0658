"""Look at events that failed for good, and replay or discard them: ``tashbik dead-letters``.

An event that a handler could not take after its last attempt lies in the parking queue of its consumer until somebody
decides. Looking changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import click
import orjson
from rich.markup import escape
from rich.table import Column, Table

from chassis import audit, clock, deadletters
from chassis.deadletters import Parked
from cli.context import OPERATOR, Context, pass_context
from contracts.catalogue import EVENTS
from contracts.text import seen

DATABASE = "gateway"

Chosen = Callable[[Parked], bool]


class Queue(click.ParamType[str]):
    """Accept the name of a consumer's queue, and list them where it is another."""

    name = "queue"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name."""
        known = deadletters.queues(EVENTS)
        if value not in known:
            self.fail(f"there is no queue {value!r}; there are {', '.join(known)}", param, ctx)
        return value


ids_option = click.option("--id", "ids", multiple=True, metavar="EVENT", help="Only this event; may be repeated.")


@click.group("dead-letters")
def dead_letters() -> None:
    """Look at events that failed for good, and replay or discard them."""


@dead_letters.command("list")
@pass_context
def list_queues(context: Context) -> None:
    """Show how many events are parked for each queue."""
    counts = deadletters.counts(context.config.amqp_url, deadletters.queues(EVENTS))
    table = Table(Column("queue", no_wrap=True), "parked", box=None)
    for queue, count in counts.items():
        table.add_row(queue, str(count), style="red" if count else "")
    context.console.print(table)


@dead_letters.command()
@click.argument("queue", type=Queue())
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many, oldest first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@ids_option
@pass_context
def show(context: Context, queue: str, limit: int, ids: tuple[str, ...], *, as_json: bool) -> None:
    """Show the events that are parked for QUEUE: why each failed, how often it was tried, and its envelope."""
    parked = deadletters.look(context.config.amqp_url, queue, limit, _chosen(ids))
    for each in parked:
        if as_json:
            click.echo(orjson.dumps(each))
        else:
            _print(context, each)
    if not parked and not as_json:
        context.say(f"Nothing is parked for {queue}.")


@dead_letters.command()
@click.argument("queue", type=Queue())
@ids_option
@pass_context
def replay(context: Context, queue: str, ids: tuple[str, ...]) -> None:
    """Give the events that are parked for QUEUE to it again; each leaves the parking queue once the broker has it."""
    count = deadletters.replay(context.config.amqp_url, queue, _noted(context, "replayed", queue, ids))
    context.say(f"{count} replayed to {queue}.")


@dead_letters.command()
@click.argument("queue", type=Queue())
@ids_option
@click.option("--yes", is_flag=True, help="Do it: what is discarded is gone.")
@pass_context
def discard(context: Context, queue: str, ids: tuple[str, ...], *, yes: bool) -> None:
    """Drop the events that are parked for QUEUE, for good. Needs --yes."""
    if not yes:
        raise click.UsageError("What is discarded is gone for good. Say --yes if that is meant.")
    count = deadletters.discard(context.config.amqp_url, queue, _noted(context, "discarded", queue, ids))
    context.say(f"{count} discarded.")


def _chosen(ids: tuple[str, ...]) -> Chosen:
    return lambda parked: not ids or parked.id in ids


def _noted(context: Context, done: str, queue: str, ids: tuple[str, ...]) -> Chosen:
    """Return the same choice, which notes each chosen event in the audit trail before the broker is asked.

    Broker and database share no transaction. So an event that the broker then keeps may stand in the trail, but none
    that stands in no trail is replayed or discarded.
    """
    trail, chosen = context.database(DATABASE)[audit.COLLECTION], _chosen(ids)

    def noted(parked: Parked) -> bool:
        if chosen(parked):
            trail.insert_one(audit.entry(OPERATOR.label, f"event.{done}", parked.id, queue, at=clock.now()))
        return chosen(parked)

    return noted


def _print(context: Context, parked: Parked) -> None:
    context.say(f"[bold]{escape(seen(parked.id))}[/]  {escape(seen(parked.type))}")
    for name in ("subject", "attempts", "failed_at", "reason"):
        context.say(f"  {name.replace('_', ' '):10} {seen(str(getattr(parked, name)))}", markup=False)
    body = orjson.dumps(parked.envelope, option=orjson.OPT_INDENT_2).decode()
    context.say(body, markup=False)
