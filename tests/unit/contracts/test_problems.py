"""Prove that what can be wrong is told in one way."""

from collections import Counter

from contracts.problems import PROBLEMS
from contracts.problems.cases import OF_CASES
from contracts.problems.register import OF_THE_REGISTER
from contracts.problems.values import OF_VALUES
from contracts.problems.webhooks import OF_WEBHOOKS


def test_code_means_one_thing():
    told = Counter(problem.code for problem in (*OF_VALUES, *OF_THE_REGISTER, *OF_CASES, *OF_WEBHOOKS))

    assert told == dict.fromkeys(PROBLEMS, 1)


def test_every_language_is_told():
    assert all(all(problem.message().values()) for problem in PROBLEMS.values())
