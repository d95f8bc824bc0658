"""Prove how texts are cut, by rules of the standard and by published vectors."""

from __future__ import annotations

import json
from pathlib import Path

import gsm0338
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.channels.segments import GSM_7BIT, UCS2, TooLong, encode, reference_of

VECTORS = Path(__file__).resolve().parents[4] / "shared" / "data" / "sms" / "sms_twilio_vectors.json"
ARABIC = "ش"


def vectors():
    """Return the published vectors, if they are present."""
    return json.loads(VECTORS.read_text(encoding="utf-8")) if VECTORS.exists() else []


@pytest.mark.skipif(not VECTORS.exists(), reason="the test data is not present")
@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector["name"])
def test_published_vectors(vector):
    encoded = encode(vector["body"])

    assert len(encoded.parts) == vector["segments"]
    assert encoded.coding == (GSM_7BIT if vector["encoding"] == "GSM-7" else UCS2)


@pytest.mark.parametrize(("letters", "parts"), [(70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)])
def test_arabic_parts(letters, parts):
    encoded = encode(ARABIC * letters)

    assert (encoded.coding, len(encoded.parts)) == (UCS2, parts)


@pytest.mark.parametrize(("letters", "parts"), [(160, 1), (161, 2), (306, 2), (307, 3)])
def test_latin_parts(letters, parts):
    encoded = encode("a" * letters)

    assert (encoded.coding, len(encoded.parts)) == (GSM_7BIT, parts)


def test_one_arabic_letter_changes_all():
    assert len(encode("a" * 100).parts) == 1
    assert len(encode("a" * 99 + ARABIC).parts) == 2


def test_escaped_letter_stays_whole():
    encoded = encode("a" * 152 + "€" + "b" * 100)

    assert [len(part) for part in encoded.parts] == [152, 102]


def test_surrogates_stay_whole():
    encoded = encode(ARABIC * 66 + "😀" + ARABIC * 20)

    assert "".join(part.decode("utf-16-be") for part in encoded.parts) == ARABIC * 66 + "😀" + ARABIC * 20


def test_headers_number_the_parts():
    headers = [part[:6] for part in encode(ARABIC * 100).with_headers(0xA7)]

    assert headers == [bytes((5, 0, 3, 0xA7, 2, 1)), bytes((5, 0, 3, 0xA7, 2, 2))]


def test_single_part_has_no_header():
    assert encode("مرحبا").with_headers(1) == ("مرحبا".encode("utf-16-be"),)


def test_escape_letter_is_none():
    assert encode("\x1b").coding == UCS2


def test_endless_text_is_refused():
    with pytest.raises(TooLong):
        encode(ARABIC * 67 * 256)


def test_reference_is_the_messages_own():
    assert reference_of("0199-a") == reference_of("0199-a")
    assert 0 <= reference_of("0199-b") <= 255


@given(st.text(max_size=500))
def test_nothing_is_lost(text):
    encoded = encode(text)
    whole = b"".join(encoded.parts)

    if encoded.coding == UCS2:
        assert whole.decode("utf-16-be", "surrogatepass") == text
    else:
        assert gsm0338.Codec().decode(whole)[0] == text


@given(st.text(min_size=1, max_size=500))
def test_parts_fit_140_octets(text):
    encoded = encode(text)
    room = 160 if encoded.coding == GSM_7BIT else 140
    header = 7 if encoded.coding == GSM_7BIT else 6  # in septets, or in octets

    assert all(len(part) + (header if len(encoded.parts) > 1 else 0) <= room for part in encoded.parts)
