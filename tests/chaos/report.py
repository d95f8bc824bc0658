"""Put together what the auditors found, judge it and show it."""

from __future__ import annotations

from dataclasses import asdict
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.chaos import audit_directory, audit_texts
from tests.chaos.audit import Auditor
from tests.chaos.breaker import Fault
from tests.chaos.node import ChaosNode
from tests.chaos.replay import Parked
from tests.chaos.workload import Ledger

FAULTS = (
    "not_back",
    "lost",
    "doubled",
    "undelivered",
    "parked",
    "not_parked",
    "given_up",
    "refused",
    "texts_missing",
    "texts_failed",
    "texts_doubled",
    "mails_doubled",
    "directory_differs",
)
"""What must be empty in a report."""

Report = dict[str, Any]


def of(auditor: Auditor, ledger: Ledger, faults: list[Fault], poisoned: Parked, node: ChaosNode) -> Report:
    """Have everything audited."""
    sent = audit_texts.audit(auditor.databases["notifications"], ledger, node.texts, node.mails)
    parked, not_parked = auditor.parked(poisoned)
    return {
        "faults": [asdict(fault) for fault in faults],
        "recovery_seconds": _recoveries(faults),
        "accepted": ledger.accepted,
        "repeated": ledger.repeated,
        "jobs": len(ledger.families),
        "imported": len(ledger.imported),
        "lost": auditor.lost(),
        "doubled": auditor.doubled(),
        "undelivered": auditor.undelivered(),
        "parked": parked,
        "poisoned_and_parked": len(poisoned) - len(not_parked),
        "not_parked": not_parked,
        "given_up": ledger.given_up,
        "refused": ledger.refused,
        "texts": sent.texts,
        "texts_missing": sent.missing,
        "texts_failed": sent.failed,
        "texts_doubled": sent.doubled,
        "texts_doubled_in_window": sent.doubled_in_window,
        "texts_given_up_in_doubt": sent.given_up_in_doubt,
        "mails": sent.mails,
        "mails_doubled": sent.mails_doubled,
        "directory_differs": audit_directory.audit(auditor.databases),
    }


def clean(report: Report) -> bool:
    """Tell whether a run kept what the node promises."""
    return report["accepted"] > 0 and not any(report[name] for name in FAULTS)


def show(console: Console, report: Report) -> None:
    """Print a report."""
    table = Table(box=None, show_header=False)
    for name, value in report.items():
        if name in {"faults", "recovery_seconds"}:
            continue
        shown = value if not isinstance(value, list) else (f"{len(value)} {value[:3]}" if value else 0)
        table.add_row(name.replace("_", " "), str(shown))
    console.print(table)
    recoveries = [fault["recovery"] for fault in report["faults"]]
    if recoveries:
        after = f"{median(recoveries):.1f} s in the median, {max(recoveries)} s at worst"
        console.print(f"{len(recoveries)} faults; works again after {after}")
    console.print("[green]Nothing was lost or doubled.[/]" if clean(report) else "[red]The node broke a promise.[/]")


def _recoveries(faults: list[Fault]) -> dict[str, float]:
    """Return the longest recovery after each kind of fault."""
    longest: dict[str, float] = {}
    for fault in faults:
        longest[fault.kind] = max(fault.recovery, longest.get(fault.kind, 0.0))
    return longest
