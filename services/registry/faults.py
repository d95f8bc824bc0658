"""Say what breaks a rule of the registry: the one exception that its domains raise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Say what is wrong with one value: where (``phones.0.number``), by which code, and the value as text.

    Codes are those of ``contracts.problems``.
    """

    field: str
    code: str
    value: str = ""


class Refused(Exception):
    """Say that a change breaks rules; ``faults`` says which and where."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Take all the faults there are."""
        self.faults = tuple(faults)
        super().__init__(", ".join(f"{fault.field}: {fault.code}" for fault in self.faults))


def refuse(faults: Iterable[Fault]) -> None:
    """Raise :class:`Refused` where there is a fault."""
    found = tuple(faults)
    if found:
        raise Refused(found)
