"""Name what can be wrong with a value: one stable code each, and its sentence in the three languages of staff."""

from __future__ import annotations

from contracts.problems.catalogue import PROBLEMS
from contracts.problems.problem import Problem

__all__ = ["PROBLEMS", "Problem"]
