"""Prove the SMS channel against a real SMSC."""

from __future__ import annotations

import signal
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from cli.process import wait_until
from services.notifications.channels.channel import Letter, Unanswered, Unreachable
from services.notifications.channels.receipts import Receipt
from services.notifications.channels.smpp import Smsc
from services.notifications.channels.sms import SmsChannel
from services.notifications.messages.domain import Delivery
from tests.integration.notifications.servers import BUSY, GOOD, LOST, REFUSING, SILENT, Server, an_smsc
from tests.unit.notifications.channel_contract import LETTER, ChannelContract

ARABIC = "نص طويل " * 12 + "آخر."  # 100 letters


@contextmanager
def channel_to(port, on_receipt=lambda receipt: None, **changes):
    """Run a channel to an SMSC."""
    smsc = Smsc("127.0.0.1", port, "tashbik", "secret", "Tashbik", rate=500, answer_wait=1.0)
    channel = SmsChannel(replace(smsc, **changes), on_receipt)
    channel.start()
    try:
        yield channel
    finally:
        channel.stop()


@dataclass
class SmsRig:
    """Offer what the contract asks for."""

    channel: SmsChannel
    gone: SmsChannel
    server: Server
    good: str = GOOD
    busy: str = BUSY
    refusing: str = REFUSING
    silent: str = SILENT

    def arrived(self, address):
        return self.server.texts_to(address)


class TestSmsChannel(ChannelContract):
    @pytest.fixture
    def rig(self, smsc, nobody):
        with channel_to(smsc.port) as channel, channel_to(nobody) as gone:
            yield SmsRig(channel, gone, smsc)


def test_hundred_arabic_letters_are_two_parts(smsc):
    with channel_to(smsc.port) as channel:
        taken = channel.send(Letter("0199-x", GOOD, ARABIC))

    (line,) = smsc.lines
    assert len(ARABIC) == 100
    assert (line["text"], line["parts"], line["coding"]) == (ARABIC, 2, "utf-16-be")
    assert taken.references == tuple(line["message_ids"])


@pytest.mark.parametrize("text", ["Hello [you] {there} ~ 5€", "a" * 400, "پیام فارسی با نیم‌فاصله می‌رود ۱۲۳", "😀" * 70])
def test_any_text_arrives_as_written(smsc, text):
    with channel_to(smsc.port) as channel:
        channel.send(Letter("0199-x", GOOD, text))

    assert smsc.texts_to(GOOD) == [text]


def test_receipt_comes_for_each_part(smsc):
    receipts = []
    with channel_to(smsc.port, receipts.append) as channel:
        taken = channel.send(Letter("0199-x", GOOD, ARABIC))
        wait_until(lambda: len(receipts) == 2, "two receipts")

    assert {receipt.reference for receipt in receipts} == set(taken.references)
    assert {receipt.delivery for receipt in receipts} == {Delivery.DELIVERED}


def test_receipt_of_failure(smsc):
    receipts = []
    with channel_to(smsc.port, receipts.append) as channel:
        taken = channel.send(Letter("0199-x", LOST, "مرحبا"))
        wait_until(lambda: receipts, "the receipt")

    assert receipts == [Receipt(taken.references[0], Delivery.FAILED)]


def test_waiting_receipt_comes_to_next_session(tmp_path):
    receipts = []
    with an_smsc(tmp_path, "--late", "1") as late:
        with channel_to(late.port, receipts.append) as channel:
            channel.send(Letter("0199-x", GOOD, "مرحبا"))
        with channel_to(late.port, receipts.append):
            wait_until(lambda: receipts, "the receipt that waited")

    assert len(receipts) == 1


def test_binds_again_after_restart(tmp_path, nobody):
    with an_smsc(tmp_path, port=nobody) as first, channel_to(nobody) as channel:
        channel.send(Letter("0199-1", GOOD, "الأولى"))
        first.running.kill(signal.SIGKILL)
        with pytest.raises((Unreachable, Unanswered)):  # the latter where it was sent before the end was heard of
            channel.send(Letter("0199-2", GOOD, "الثانية"))
        with an_smsc(tmp_path, port=nobody) as second:
            wait_until(lambda: _reaches(channel), "the new session")

            assert second.texts_to(GOOD)[-1] == LETTER.text


def _reaches(channel):
    try:
        return bool(channel.send(replace(LETTER, address=GOOD)))
    except Unreachable:
        return False


def test_silent_line_is_given_up(smsc):
    with channel_to(smsc.port, silence=0.5) as channel:
        channel.send(Letter("0199-1", GOOD, "الأولى"))
        smsc.running.process.send_signal(signal.SIGSTOP)
        try:
            wait_until(lambda: not channel._bound.is_set(), "the loss of the session")
        finally:
            smsc.running.process.send_signal(signal.SIGCONT)
        wait_until(lambda: _reaches(channel), "the new session")


def test_idle_line_is_kept(smsc):
    with channel_to(smsc.port, silence=0.3) as channel:
        channel.send(Letter("0199-1", GOOD, "الأولى"))
        session = channel._session
        started = time.monotonic()
        wait_until(lambda: time.monotonic() - started > 2, "two idle seconds")

        assert channel._session is session


def test_rate_is_kept(smsc):
    with channel_to(smsc.port, rate=20) as channel:
        started = time.monotonic()
        for number in range(11):
            channel.send(Letter(f"0199-{number}", GOOD, "مرحبا"))

    assert time.monotonic() - started >= 0.5


def test_stopping_is_quick(smsc):
    with channel_to(smsc.port) as channel:
        channel.send(Letter("0199-1", GOOD, "الأولى"))
        started = time.monotonic()
        channel.stop()

    assert time.monotonic() - started < 2
