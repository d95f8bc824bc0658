"""Prove how delivery receipts are read."""

from __future__ import annotations

import pytest

from services.notifications.channels.receipts import Receipt, is_receipt, parse
from services.notifications.messages.domain import Delivery

TEXT = b"id:%s sub:001 dlvrd:001 submit date:2611221000 done date:2611221001 stat:%s err:000 text:"


def test_text_alone_is_read():
    assert parse(TEXT % (b"1A2B", b"DELIVRD")) == Receipt("1A2B", Delivery.DELIVERED)


def test_parameters_come_first():
    receipt = parse(TEXT % (b"11", b"DELIVRD"), b"0B\0", 5)

    assert receipt == Receipt("0B", Delivery.FAILED)


@pytest.mark.parametrize(
    ("word", "delivery"),
    [(b"UNDELIV", Delivery.FAILED), (b"REJECTD", Delivery.FAILED), (b"EXPIRED", Delivery.MISSED)],
)
def test_failures_are_told_apart(word, delivery):
    assert parse(TEXT % (b"1", word)) == Receipt("1", delivery)


@pytest.mark.parametrize("word", [b"ENROUTE", b"ACCEPTD", b"WHATEVER"])
def test_unfinished_says_nothing(word):
    assert parse(TEXT % (b"1", word)) is None


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"stat:DELIVRD", b"id:77"])
def test_unreadable_says_nothing(text):
    assert parse(text) is None


def test_receipt_and_reply_differ():
    assert is_receipt(0x04)
    assert is_receipt(0x44)
    assert not is_receipt(0x00)
    assert not is_receipt(None)
