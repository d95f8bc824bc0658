"""Prove the rules of terms of the node's own, and who may bear one."""

import pytest

from services.registry.faults import Refused
from services.registry.taxonomies.domain import Borne, Term, misborne, put, retire

NAMES = {"ar": "غسيل كلوي", "fa": "دیالیز", "en": "Dialysis"}
DIALYSIS = Term("health.dialysis", NAMES)
RETIRED = Term("health.dialysis", NAMES, 2, retired=True)
AT_HOME = "health.dialysis.home"


def faults(*borne, known=DIALYSIS, kept=()):
    return [(one.field, one.code) for one in misborne(borne, {known.id: known}, kept)]


def test_term_lies_below_its_subject():
    term = put(None, DIALYSIS, AT_HOME, NAMES)

    assert (term.subject, term.parent, term.version) == ("health", "health.dialysis", 1)


def test_names_lose_space_too_much():
    assert put(None, None, "health.dialysis", {**NAMES, "en": "  Renal \n dialysis "}).names["en"] == "Renal dialysis"


@pytest.mark.parametrize("code", ["cars.vans", AT_HOME], ids=["no subject", "no term"])
def test_term_below_nothing_is_refused(code):
    with pytest.raises(Refused) as refused:
        put(None, None, code, NAMES)

    assert [(one.field, one.code) for one in refused.value.faults] == [("id", "unknown_parent")]


def test_new_term_below_retired_is_refused():
    with pytest.raises(Refused):
        put(None, RETIRED, AT_HOME, NAMES)


def test_nothing_is_offered_again_below_retired():
    with pytest.raises(Refused):
        put(Term(AT_HOME, NAMES, 2, retired=True), RETIRED, AT_HOME, NAMES)

    assert put(Term(AT_HOME, NAMES), RETIRED, AT_HOME, {**NAMES, "en": "Home dialysis"}).version == 2


def test_same_term_stays_as_it_is():
    assert put(DIALYSIS, None, DIALYSIS.id, NAMES) is DIALYSIS


def test_renamed_term_gets_next_version():
    renamed = put(DIALYSIS, None, DIALYSIS.id, {**NAMES, "en": "Renal dialysis"})

    assert (renamed.version, renamed.names["en"]) == (2, "Renal dialysis")


def test_retired_term_is_offered_again():
    again = put(RETIRED, None, RETIRED.id, NAMES)

    assert (again.version, again.retired) == (3, False)


def test_term_is_retired_once():
    retired = retire(DIALYSIS)

    assert retired == RETIRED
    assert retire(retired) is retired


def test_unknown_term_is_named_by_its_field():
    assert faults(Borne("capabilities.0.terms.1", "health.teeth", ["health"])) == [
        ("capabilities.0.terms.1", "unknown_term")
    ]


def test_term_of_another_subject_is_refused():
    assert faults(Borne("terms.0", DIALYSIS.id, ["food"])) == [("terms.0", "other_subject")]


def test_retired_term_stays_where_it_is():
    borne = Borne("terms.0", RETIRED.id, ["health"])

    assert faults(borne, known=RETIRED) == [("terms.0", "retired_term")]
    assert faults(borne, known=RETIRED, kept={RETIRED.id}) == []
