"""State what every channel must do, as tests: the fake passes them, and its real twins do against real servers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from services.notifications.channels.channel import Busy, Letter, Refused, Unanswered, Unreachable

LETTER = Letter(
    id="0199aaaa-0000-7000-8000-00000000beef",
    address="",
    text="السلام عليكم. أُحيل طلبكم إلى «جمعية الرحمة بقنا»، وسيتواصلون معكم. رقم الإحالة: C0FFEE01",
    subject="إحالة جديدة رقم C0FFEE01",
    language="ar",
)


class ChannelContract:
    """Ask a ``rig`` for a channel, for addresses that behave, and for what has arrived there.

    ``rig.channel`` is started; ``rig.gone`` is one whose provider is not there. ``rig.good``, ``rig.busy`` (for
    two tries), ``rig.refusing`` and ``rig.silent`` are addresses; ``rig.arrived(address)`` returns the texts that
    arrived, as soon as there is one, or none after a moment.
    """

    def test_letter_arrives_as_written(self, rig):
        taken = rig.channel.send(replace(LETTER, address=rig.good))

        assert rig.arrived(rig.good) == [LETTER.text]
        assert taken.parts >= 1
        assert all(taken.references)

    def test_references_are_never_shared(self, rig):
        first = rig.channel.send(replace(LETTER, id="0199-m-1", address=rig.good))
        second = rig.channel.send(replace(LETTER, id="0199-m-2", address=rig.good))

        assert not set(first.references) & set(second.references)

    def test_busy_is_told_and_passes(self, rig):
        letter = replace(LETTER, address=rig.busy)

        for _ in range(2):
            with pytest.raises(Busy):
                rig.channel.send(letter)

        assert rig.arrived(rig.busy) == []
        assert rig.channel.send(letter).parts >= 1
        assert rig.arrived(rig.busy) == [letter.text]

    def test_refusal_is_told(self, rig):
        with pytest.raises(Refused):
            rig.channel.send(replace(LETTER, address=rig.refusing))

        assert rig.arrived(rig.refusing) == []

    def test_silence_is_told(self, rig):
        with pytest.raises(Unanswered):
            rig.channel.send(replace(LETTER, address=rig.silent))

    def test_nobody_there_is_told(self, rig):
        with pytest.raises(Unreachable):
            rig.gone.send(replace(LETTER, address=rig.good))

    def test_errors_name_no_address(self, rig):
        with pytest.raises(Refused) as told:
            rig.channel.send(replace(LETTER, address=rig.refusing))

        assert rig.refusing.lstrip("+") not in str(told.value)

    def test_several_threads_may_send(self, rig):
        letters = [replace(LETTER, id=f"0199-t-{number}", address=rig.good) for number in range(8)]

        with ThreadPoolExecutor(4) as threads:
            taken = list(threads.map(rig.channel.send, letters))

        assert len({reference for one in taken for reference in one.references}) == 8 * taken[0].parts
