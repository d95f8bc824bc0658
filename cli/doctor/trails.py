"""Look at the audit trails: is there a key to seal them, and does somebody. `tashbik audit verify` verifies them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from chassis import clock
from chassis.trail.sealer import SEALS, waits_since
from chassis.trail.seals import PRIVATE_NAME, SealingKey
from cli.audit import TRAILS
from cli.doctor.patient import Fault, Patient, broken, warning

LATE = timedelta(minutes=15)
NEW_KEY = "Put back the node's own key from where it is kept, or give `tashbik keys create`; then start the services."
SHOWN = timedelta(days=30)
"""How long the doctor tells of an entry that cannot be read; `audit verify` always does."""
SEALERS = {"gateway": "projector"}


def sealed(patient: Patient) -> Iterator[Fault]:
    """See that there is a key that seals, and that no entry waits for long."""
    try:
        SealingKey.read(patient.config.keys)
    except (OSError, ValueError) as error:
        yield broken(f"{patient.config.keys / PRIVATE_NAME} cannot seal ({type(error).__name__})", NEW_KEY)
    for service in TRAILS:
        yield from _readable(patient, service)
        at = waits_since(patient.database(service))
        if at and clock.now() - at > LATE:
            log = SEALERS.get(service, service)
            yield warning(
                f"an audit entry of {service} has waited since {at.isoformat(timespec='seconds')} to be sealed",
                f"See that {log} runs, and look in its log for `timer_failed`: `tashbik logs {log}`.",
            )


def _readable(patient: Patient, service: str) -> Iterator[Fault]:
    """See that no entry was sealed lately that no program of the node can have written."""
    lately = {"unreadable": {"$gt": 0}, "at": {"$gt": clock.now() - SHOWN}}
    count = sum(seal["unreadable"] for seal in patient.database(service)[SEALS].find(lately, {"unreadable": 1}))
    if count:
        yield warning(
            f"{count} audit entries of {service} cannot be read: somebody wrote to the database past the node",
            f"`tashbik audit verify {service}` names them; see docs/runbooks/audit.md.",
        )
