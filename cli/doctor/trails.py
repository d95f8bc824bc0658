"""Look at the audit trails: is there a key to seal them, and does somebody. `tashbik audit verify` verifies them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from chassis import clock
from chassis.audit import COLLECTION
from chassis.trail.sealer import ORDER, WAITING
from chassis.trail.seals import PRIVATE_NAME, SealingKey
from cli.audit import TRAILS
from cli.doctor.patient import Fault, Patient, broken, warning

LATE = timedelta(minutes=15)
NEW_KEY = "Put back the node's own key from where it is kept, or give `tashbik keys create`; then start the services."
SEALERS = {"gateway": "projector"}


def sealed(patient: Patient) -> Iterator[Fault]:
    """See that there is a key that seals, and that no entry waits for long."""
    try:
        SealingKey.read(patient.config.keys)
    except (OSError, ValueError) as error:
        yield broken(f"{patient.config.keys / PRIVATE_NAME} cannot seal ({type(error).__name__})", NEW_KEY)
    for service in TRAILS:
        oldest = patient.database(service)[COLLECTION].find_one(WAITING, {"at": 1}, sort=ORDER)
        at = oldest.get("at") if oldest else None
        if isinstance(at, datetime) and clock.now() - at > LATE:
            log = SEALERS.get(service, service)
            yield warning(
                f"an audit entry of {service} has waited since {at.isoformat(timespec='seconds')} to be sealed",
                f"See that {log} runs, and look in its log for `timer_failed`: `tashbik logs {log}`.",
            )
