"""Tell callers what is wrong: as an error of a call, or as problems of one row in three languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from chassis.errors import Conflict, Forbidden, Invalid, TashbikError
from chassis.wire import problems_of
from contracts.problems import PROBLEMS
from services.registry.faults import Fault, Refused

LONGEST_VALUE = 100
MOST_PROBLEMS = 10

CONFLICTS = frozenset({"already_registered", "ambiguous_match", "area_moved", "others_name_it", "id_taken"})
FORBIDDEN = frozenset({"not_yours", "outside_area"})


@contextmanager
def rules_told() -> Iterator[None]:
    """Turn a broken rule into the error that crosses to the caller."""
    try:
        yield
    except Refused as refused:
        raise error_of(refused.faults) from refused


def error_of(faults: Iterable[Fault], of: str = "") -> TashbikError:
    """Return the error for faults: what may never be done outweighs what cannot be done now, and both what is wrong.

    ``of`` names what they are about.
    """
    about = f"{of}: " if of else ""
    faults = list(faults)
    codes = {fault.code for fault in faults}
    problems = [{"field": fault.field, "code": fault.code, "message": PROBLEMS[fault.code].en} for fault in faults]
    if codes & FORBIDDEN:
        return Forbidden(f"{about}The caller may not change this.", problems)
    if codes & CONFLICTS:
        return Conflict(f"{about}The register does not allow it.", problems)
    return Invalid(f"{about}The request breaks the rules of the register.", problems)


def row_problems(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """Return a row's faults as they are answered: at most :data:`MOST_PROBLEMS`, values cut short."""
    return [
        {
            "field": fault.field,
            "code": fault.code,
            "message": PROBLEMS[fault.code].message(),
            "value": fault.value[:LONGEST_VALUE],
        }
        for fault in list(faults)[:MOST_PROBLEMS]
    ]


def faults_of_schema(messages: Any, given: Any) -> list[Fault]:
    """Return what a schema found wrong in ``given``, as faults with the values at fault."""
    return [
        Fault(
            problem["field"],
            problem["code"] if problem["code"] in PROBLEMS else "invalid",
            _at(given, problem["field"]),
        )
        for problem in problems_of(messages)
    ]


def _at(given: Any, path: str) -> str:
    for step in filter(None, path.split(".")):
        match given:
            case dict():
                given = given.get(step)
            case list() if step.isdecimal() and int(step) < len(given):
                given = given[int(step)]
            case _:
                given = None
    return given if isinstance(given, str) else "" if given is None or isinstance(given, (dict, list)) else str(given)
