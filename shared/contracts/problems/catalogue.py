"""Gather all problems by their codes, whoever tells them: a code means one thing."""

from __future__ import annotations

from contracts.problems.cases import OF_CASES
from contracts.problems.problem import Problem
from contracts.problems.register import OF_THE_REGISTER
from contracts.problems.values import OF_VALUES
from contracts.problems.webhooks import OF_WEBHOOKS

PROBLEMS: dict[str, Problem] = {
    problem.code: problem for problem in (*OF_VALUES, *OF_THE_REGISTER, *OF_CASES, *OF_WEBHOOKS)
}
