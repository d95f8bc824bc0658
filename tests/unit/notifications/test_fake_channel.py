"""Prove that the fake channel behaves as the real ones do."""

from __future__ import annotations

import pytest

from services.notifications.channels.channel import Busy, Refused, Unanswered, Unreachable
from services.notifications.channels.log import LogChannel
from tests.unit.notifications.channel_contract import LETTER, ChannelContract
from tests.unit.notifications.fakes import FakeChannel


class FakeRig:
    """Arrange a fake channel for the contract's addresses."""

    good, busy, refusing, silent = (f"+20100000000{number}" for number in range(1, 5))

    def __init__(self):
        self.channel = FakeChannel()
        self.channel.fail(Busy("0x00000058"), Busy("0x00000058"), address=self.busy)
        self.channel.fail(Refused("0x0000000b"), address=self.refusing)
        self.channel.fail(Unanswered("late"), address=self.silent)
        self.gone = FakeChannel()
        self.gone.fail(Unreachable("connect"))

    def arrived(self, address):
        return [letter.text for letter in self.channel.letters if letter.address == address]


class TestFakeChannel(ChannelContract):
    @pytest.fixture
    def rig(self):
        return FakeRig()


def test_log_takes_everything():
    assert LogChannel().send(LETTER).parts == 1


def test_log_names_nobody(capsys):
    LogChannel().send(LETTER)

    assert LETTER.text not in capsys.readouterr().err + capsys.readouterr().out
