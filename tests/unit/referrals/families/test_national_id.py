"""Prove how national ids of the three countries are read."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.errors import NotValid
from services.referrals.families.national_id import EGYPT_GOVERNORATES, read

DATA = Path(__file__).resolve().parents[5] / "shared" / "data" / "ids"


def vectors(name):
    """Return public test data, or skip where it is absent."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path} is absent")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("written", ["29105020100021", "٢٩١٠٥٠٢٠١٠٠٠٢١", "2 910502 01 0002 1", "2-910502-01-00021"])
def test_egyptian_id_in_any_writing(written):
    assert read(written, "EG").number == "29105020100021"


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ("2910502010002", "thirteen digits"),
        ("19105020100021", "century 1"),
        ("29113020100021", "month 13"),
        ("29102300100021", "30 February"),
        ("29105020500021", "no governorate 05"),
        ("2910502010002x", "a letter"),
        ("", "nothing"),
    ],
)
def test_egyptian_structure_is_required(broken, why):
    with pytest.raises(NotValid) as raised:
        read(broken, "EG")

    assert raised.value.code == "national_id_structure", why


def test_egyptian_check_digit_only_warns():
    warnings = {digit: read(f"2910502010002{digit}", "EG").warning for digit in "0123456789"}

    assert sorted(set(warnings.values())) == ["", "check_digit"]


def test_iranian_leading_zeros_may_be_missing():
    assert read("68415941", "IR").number == "0068415941"


def test_iranian_check_digit_is_required():
    with pytest.raises(NotValid) as raised:
        read("0499370898", "IR")

    assert raised.value.code == "national_id_check_digit"


def test_palestinian_check_digit_only_warns():
    assert read("039337423", "PS").warning == ""
    assert read("039337422", "PS").warning == "check_digit"


@pytest.mark.parametrize("broken", ["4901542032", "1234567", "000000000", "03933742a"])
def test_palestinian_nine_digits_are_required(broken):
    with pytest.raises(NotValid):
        read(broken, "PS")


def test_country_is_part_of_the_id():
    assert read("039337423", "PS").normalised == "PS:039337423"


def test_error_never_holds_the_number():
    with pytest.raises(NotValid) as raised:
        read("29105020500021", "EG")

    assert "2910502" not in repr(raised.value)


@given(st.text(max_size=30), st.sampled_from(["EG", "IR", "PS"]))
def test_any_text_is_safe_and_stable(text, country):
    try:
        number = read(text, country)
    except NotValid:
        return

    assert read(number.number, country) == number


def test_published_egyptian_examples():
    known = vectors("egypt_national_id.json")

    assert set(known["governorate_codes"]) == EGYPT_GOVERNORATES
    for example in known["published_examples"]:
        fits = example["A_ok"] or example["B_ok"]
        assert read(example["id"], "EG").warning == ("" if fits else "check_digit")


def test_published_iranian_vectors():
    for vector in vectors("iran_national_id_vectors.json")["vectors"]:
        assert accepts(vector["id"], "IR") is vector["valid"], vector


def test_published_nine_digit_vectors():
    for vector in vectors("palestine_israel_9digit_vectors.json")["vectors"]:
        fits = accepts(vector["in"], "PS") and not read(vector["in"], "PS").warning
        assert fits is vector["valid"], vector


def accepts(written, country):
    """Tell whether an id is read at all."""
    try:
        read(written, country)
    except NotValid:
        return False
    return True
