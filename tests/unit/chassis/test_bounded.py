"""Prove that a question has its time and no more, and that few long ones are asked at once."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo.errors import ExecutionTimeout, OperationFailure

from chassis import bounded
from chassis.bounded import LONGEST_MS, QUICK_MS, Bounded, TooLong, Turns
from chassis.errors import Unavailable
from chassis.metrics import QUESTIONS_STOPPED


class Records:
    """Stand for a collection, every question of which takes so long."""

    def __init__(self, takes_ms: int = 0) -> None:
        """Take how long."""
        self.takes_ms = takes_ms
        self.given_ms: list[int] = []

    def find(self, *_: Any, max_time_ms: int, **__: Any) -> str:
        """Answer, where there is time for that."""
        self.given_ms.append(max_time_ms)
        if self.takes_ms > max_time_ms:
            raise ExecutionTimeout("operation exceeded time limit", 50)
        return "found"

    def aggregate(self, _: Any, *, maxTimeMS: int, **led: Any) -> dict[str, Any]:  # noqa: N803 - the command's own name
        """Answer by the index that is to lead, where there is time for that."""
        self.find(max_time_ms=maxTimeMS)
        return led

    def count_documents(self, *_: Any, maxTimeMS: int, **__: Any) -> int:  # noqa: N803 - the command's own name
        """Answer, where there is time for that."""
        return len(self.find(max_time_ms=maxTimeMS))


class Clock:
    """Tell the seconds that a test wants."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.seconds = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "PATIENCE", 0.01)


def ask(turns: Turns, records: Any) -> Any:
    """Return what is found."""
    return turns.ask(records, lambda found: found.find({}))


def test_pipeline_has_the_time_left_and_its_index():
    records, clock = Records(), Clock()
    question = Bounded(records, 500, clock)  # type: ignore[arg-type]
    clock.seconds = 0.2

    led = [question.aggregate([], hint="words"), question.aggregate([])]

    assert (records.given_ms, led) == ([300, 300], [{"hint": "words"}, {}])


def test_all_of_a_question_shares_its_time():
    records, clock = Records(), Clock()
    question = Bounded(records, 500, clock)  # type: ignore[arg-type]

    question.find({})
    clock.seconds = 0.4
    question.count_documents({})

    assert records.given_ms == [500, 100]


def test_no_time_left_ends_it():
    clock = Clock()
    question = Bounded(Records(), 500, clock)  # type: ignore[arg-type]
    clock.seconds = 0.5

    with pytest.raises(ExecutionTimeout):
        question.find({})


def test_quick_question_needs_no_turn():
    turns = Turns(at_once=1)

    with turns.turn():
        assert ask(turns, Records(takes_ms=QUICK_MS // 2)) == "found"


def test_long_question_is_asked_again_in_turn():
    records = Records(takes_ms=QUICK_MS * 2)

    assert ask(Turns(), records) == "found"
    assert records.given_ms[-1] > LONGEST_MS / 2


def test_long_question_without_a_turn_is_refused():
    turns = Turns(at_once=1)

    with turns.turn(), pytest.raises(Unavailable):
        ask(turns, Records(takes_ms=QUICK_MS * 2))


def test_longest_question_is_stopped_and_counted():
    before = QUESTIONS_STOPPED._value.get()
    turns = Turns(at_once=1)

    with pytest.raises(TooLong, match="Narrow"):
        ask(turns, Records(takes_ms=LONGEST_MS * 2))

    assert QUESTIONS_STOPPED._value.get() == before + 1
    assert ask(turns, Records(takes_ms=QUICK_MS * 2)) == "found"


class Renewed:
    """Stand for a collection, an index of which is being exchanged: the database knows none of that name."""

    def __init__(self, *failures: OperationFailure) -> None:
        """Take what the next questions end with."""
        self.failures = [*failures]
        self.hints: list[str | None] = []

    def find(self, *_: Any, max_time_ms: int, hint: str | None = None) -> str:
        """Fail as often as there are failures, then answer."""
        self.hints.append(hint)
        if self.failures:
            raise self.failures.pop(0)
        return "found"


NO_HINT = OperationFailure("planner returned error: hint provided does not correspond to an existing index", 2)


@pytest.mark.parametrize("failure", [NO_HINT, OperationFailure("query plan killed :: index 'cell' dropped", 175)])
def test_question_is_asked_again_without_the_index_that_is_away(failure: OperationFailure):
    records: Any = Renewed(failure)

    assert Turns().ask(records, lambda found: found.find({}, hint="cell")) == "found"
    assert records.hints == ["cell", None]


def test_question_is_asked_by_name_again_once_the_stand_in_is_gone():
    records: Any = Renewed(NO_HINT, OperationFailure("query plan killed :: index 'cell~' dropped", 175))

    assert Turns().ask(records, lambda found: found.find({}, hint="cell")) == "found"
    assert records.hints == ["cell", None, "cell"]


def test_other_failures_are_raised():
    records: Any = Renewed(OperationFailure("unknown operator: $nosuch", 2))

    with pytest.raises(OperationFailure, match="nosuch"):
        Turns().ask(records, lambda found: found.find({}, hint="cell"))
