"""Be the command ``tashbik doctor``: make every check, and end with what was found worst."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import click
import orjson

from chassis.logs import describe
from cli.context import Context, management_option, pass_context
from cli.doctor import broker, machine, provider, storage, stuck, trails
from cli.doctor.patient import Fault, Level, Patient

Check = Callable[[Patient], Iterator[Fault]]

CHECKS: dict[str, Check] = {
    "processes": machine.processes,
    "broker": broker.answers,
    "broker's alarms": broker.alarms,
    "exchanges": broker.exchanges,
    "queues": broker.queues,
    "bindings": broker.bindings,
    "consumers": broker.consumers,
    "database": storage.answers,
    "replica set": storage.members,
    "transactions": storage.transactions,
    "slow log": storage.slow_log,
    "restore": storage.restored,
    "indexes": storage.indexes,
    "keys": machine.keys,
    "encryption": storage.vaults,
    "certificates": machine.certificates,
    "database's clock": machine.database_clock,
    "broker's clock": machine.broker_clock,
    "identity provider": provider.answers,
    "disk": machine.disk,
    "versions": machine.versions,
    "outboxes": stuck.outboxes,
    "failed events": broker.failing,
    "parked events": stuck.parked,
    "messages": stuck.doubts,
    "webhooks": stuck.webhooks,
    "imports": stuck.imports,
    "rebuild": stuck.rebuilds,
    "directory": stuck.form,
    "referrals": stuck.referrals,
    "audit trail": trails.sealed,
}
STYLES = {Level.OK: "green", Level.WARNING: "yellow", Level.UNKNOWN: "yellow", Level.BROKEN: "bold red"}
EXIT_CODES = {Level.OK: 0, Level.WARNING: 1, Level.UNKNOWN: 1, Level.BROKEN: 2}
CANNOT = "Mend what the other checks name, and look again; the broker's own console may be elsewhere (--management)."


@dataclass(frozen=True, slots=True)
class Finding:
    """Say what one check found: all well, or one fault."""

    check: str
    level: Level
    found: str = ""
    remedy: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object with all findings.")
@management_option
@click.pass_context
@pass_context
def doctor(context: Context, command: click.Context, *, as_json: bool, management: str) -> None:
    """Look the whole node over, and say what is wrong and what to do.

    Changes nothing. Exit codes: 0 all is well, 1 there are warnings or a check could not be made, 2 something is
    broken.
    """
    node = context.node if context.node.exists else None
    patient = Patient(context.config, node, management)
    command.call_on_close(patient.close)
    findings = examine(patient)
    if as_json:
        click.echo(orjson.dumps({"findings": [asdict(finding) for finding in findings]}, option=orjson.OPT_INDENT_2))
    else:
        _show(context, findings)
    command.exit(max(EXIT_CODES[finding.level] for finding in findings))


def examine(patient: Patient, checks: dict[str, Check] = CHECKS) -> list[Finding]:
    """Make every check and return what each found, in their order."""
    return [finding for name, check in checks.items() for finding in _examine(name, check, patient)]


def _examine(name: str, check: Check, patient: Patient) -> list[Finding]:
    """Make one check. Whatever it raises is told in its place, so that it hides nothing of the others."""
    try:
        faults = list(check(patient))
    except Exception as error:  # the boundary between checks: drivers raise what they like
        return [Finding(name, Level.UNKNOWN, f"could not be checked: {describe(error)}", CANNOT)]
    return [Finding(name, fault.level, fault.found, fault.remedy) for fault in faults] or [Finding(name, Level.OK)]


def _show(context: Context, findings: list[Finding]) -> None:
    for finding in findings:
        style = STYLES[finding.level]
        context.say(f"[{style}]{finding.level:8}[/] {finding.check:17} ", end="")
        context.say(finding.found, markup=False)
        if finding.remedy:
            context.say(f"{'':27}→ {finding.remedy}", style="dim", markup=False)
    faults = sum(finding.level is not Level.OK for finding in findings)
    context.say(f"{faults} faults." if faults else "All is well.")
