"""Prove who is proposed, in which order, and what is said of it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.referrals import MATCH_REASONS
from services.referrals.matching.domain import BEFORE, Wanted, match
from services.referrals.matching.reasons import REASONS
from tests.unit.referrals.builders import an_agency, another

WANTED = Wanted(county="EG2901", language="ar")
QUS = {"area": "EG2904", "areas": ("EG", "EG29", "EG2904")}


def propose(*agencies, others=(), at_work=None, tried=None, limit=10, wanted=WANTED):
    """Return who is proposed for the need, and who is not."""
    return match(wanted, agencies, others, at_work=at_work or {}, tried=tried or {}, limit=limit)


def names(found):
    """Return the names of those proposed, in order."""
    return [one.agency.name for one in found.proposed]


def codes(said):
    """Return the codes of reasons."""
    return [reason.code for reason in said.reasons]


def test_county_comes_before_distance():
    found = propose(an_agency("قوص", distance_m=100, **QUS), an_agency("قنا", distance_m=9_000))

    assert names(found) == ["قنا", "قوص"]


def test_nearer_comes_first():
    assert names(propose(an_agency("بعيدة", distance_m=9_000), an_agency("قريبة", distance_m=1_200))) == [
        "قريبة",
        "بعيدة",
    ]


def test_freer_comes_first_within_a_kilometre():
    found = propose(an_agency("أ", distance_m=100, capacity=2), an_agency("ب", distance_m=900, capacity=9))

    assert names(found) == ["ب", "أ"]


def test_language_decides_between_equals():
    assert names(propose(an_agency("أ", languages=("en",)), an_agency("ب"))) == ["ب", "أ"]


def test_unknown_distance_comes_last():
    assert names(propose(an_agency("أ", distance_m=None), an_agency("ب", distance_m=90_000))) == ["ب", "أ"]


def test_work_at_hand_takes_capacity():
    (proposed,) = propose(an_agency("أ", capacity=10), at_work={"أ": 7}).proposed

    assert proposed.free_capacity == 3


def test_full_agency_is_not_proposed():
    found = propose(an_agency("أ", capacity=7), at_work={"أ": 7})

    assert not found.proposed
    assert codes(found.not_proposed[0]) == ["no_free_capacity"]


def test_unstated_capacity_is_no_hindrance():
    (proposed,) = propose(an_agency("أ", capacity=None), at_work={"أ": 70}).proposed

    assert "capacity_unknown" in codes(proposed)


@pytest.mark.parametrize(
    ("ended", "code"),
    [
        ("rejected", "rejected_before"),
        ("expired", "expired_before"),
        ("returned", "returned_before"),
        ("completed", "tried_before"),
        ("referred_onward", "tried_before"),
    ],
)
def test_next_is_proposed_after_a_failure(ended, code):
    first, second = an_agency("أ", distance_m=100), an_agency("ب", distance_m=5_000)

    found = propose(first, second, tried={"أ": ended})

    assert names(found) == ["ب"]
    assert codes(found.not_proposed[0]) == [code]


def test_revoked_referral_is_no_failure():
    assert names(propose(an_agency("أ"), tried={"أ": "revoked"})) == ["أ"]


def test_every_reason_against_is_said():
    found = propose(an_agency("أ", capacity=0), tried={"أ": "rejected"})

    assert codes(found.not_proposed[0]) == ["rejected_before", "no_free_capacity"]


def test_nearest_others_are_explained():
    found = propose(others=[another("ج", "inactive", distance_m=900), another("د", "no_capability", distance_m=40)])

    assert [(one.name, codes(one)) for one in found.not_proposed] == [("د", ["no_capability"]), ("ج", ["inactive"])]


def test_failure_is_explained_before_nearer_others():
    far = an_agency("أ", distance_m=None)

    found = propose(far, others=[another("ج", "inactive", distance_m=40)], tried={"أ": "rejected"}, limit=1)

    assert [one.name for one in found.not_proposed] == ["أ"]


def test_proposed_says_why():
    (proposed,) = propose(an_agency("أ", distance_m=4_000, **QUS)).proposed

    assert codes(proposed) == ["covers_subject", "near", "free_capacity", "speaks_language"]


def test_distance_from_the_centre_is_said():
    near, unknown = an_agency("أ", distance_m=4_000, **QUS), an_agency("ب", distance_m=None, **QUS)
    other = another("ج", "inactive", distance_m=900)

    found = propose(near, unknown, others=[other], wanted=replace(WANTED, located=False))

    assert codes(found.proposed[0]) == ["covers_subject", "from_area_centre", "free_capacity", "speaks_language"]
    assert codes(found.proposed[1]) == ["covers_subject", "free_capacity", "speaks_language"]
    assert codes(found.not_proposed[0]) == ["inactive", "from_area_centre"]


def test_reasons_are_the_published_ones():
    assert tuple(REASONS) == MATCH_REASONS


@pytest.mark.parametrize("reason", REASONS.values(), ids=REASONS)
def test_reason_speaks_three_languages(reason):
    assert all(sentence.strip() for sentence in reason.message.values())


@given(
    st.lists(
        st.builds(
            an_agency,
            name=st.text("ابتثج", min_size=1, max_size=4),
            distance_m=st.none() | st.integers(0, 100_000),
            capacity=st.none() | st.integers(0, 3),
        ),
        unique_by=lambda agency: agency.id,
        max_size=12,
    ),
    st.dictionaries(st.text("ابتثج", min_size=1, max_size=2), st.sampled_from([*BEFORE, "revoked"])),
    st.integers(1, 5),
)
def test_nobody_is_on_both_lists(agencies, tried, limit):
    found = propose(*agencies, tried=tried, limit=limit)

    proposed = {one.agency.id for one in found.proposed}
    assert not proposed & {one.id for one in found.not_proposed}
    assert not proposed & {agency for agency, ended in tried.items() if ended in BEFORE}
    assert [one.rank for one in found.proposed] == list(range(1, len(proposed) + 1))
