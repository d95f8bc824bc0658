"""Shape what the directory keeps of families and needs: an opaque id and codes, so that they can be counted by area.

::

    need:    {"_id", "version", "applied_at", "heard_at", "area", "subject", "open"}
    family:  {"_id", "version", "applied_at", "heard_at", "area", "in_care"}

Neither tells of the other: nothing kept here says whose a need is; the event that tells of it does, by an opaque id.
``applied_at`` is when it was written, ``heard_at`` when its owner told of it last, as with every record of
the directory.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

Record = dict[str, Any]

OPEN = "open"


def need(state: Record, *, version: int, now: datetime) -> Record:
    """Return what is kept of a need. It is open while no agency is asked for it, has met it, or had it closed."""
    kept = {"area": state["area"], "subject": state["subject"], "open": state["status"] == OPEN}
    return {"_id": state["id"], "version": version, "applied_at": now, "heard_at": now, **kept}


def family(state: Record, *, version: int, now: datetime) -> Record:
    """Return what is kept of a family. One of which no area was ever told is counted nowhere."""
    kept = {"area": state.get("area", ""), "in_care": state["status"] == OPEN}
    return {"_id": state["id"], "version": version, "applied_at": now, "heard_at": now, **kept}
