"""Prove that needs follow their table."""

from itertools import product

import pytest

from services.referrals.errors import IllegalTransition
from services.referrals.needs import domain
from services.referrals.needs.domain import MOVES, Status, Transition
from tests.unit.referrals.builders import NOW, WORKER, a_need

VERBS = {
    Transition.REFERRED: domain.refer,
    Transition.REOPENED: domain.reopen,
    Transition.MET: domain.meet,
    Transition.CLOSED: domain.close,
}


@pytest.mark.parametrize(("status", "transition"), list(product(Status, VERBS)))
def test_only_the_table_moves(status, transition):
    need = a_need(status=status)
    expected = MOVES.get((status, transition))

    if expected is None:
        with pytest.raises(IllegalTransition):
            VERBS[transition](need, WORKER, NOW)
    else:
        moved, event = VERBS[transition](need, WORKER, NOW)
        assert (moved.status, moved.version, event.transition) == (expected, need.version + 1, transition)


def test_each_move_is_remembered():
    need, _ = domain.register(a_need(), WORKER)

    need, _ = domain.refer(need, WORKER, NOW)

    assert [step.transition for step in need.history] == [Transition.REGISTERED, Transition.REFERRED]
