"""Prove what a batch of rows does to the register."""

import itertools

from hypothesis import assume, given
from hypothesis import strategies as st

from services.registry.organizations.batch import Importer, plan, read_row, tried
from services.registry.organizations.matching import Known
from services.registry.organizations.parts import Identifier
from tests.unit.registry.builders import TUESDAY, a_row, an_organization, qena_tree

TREE = qena_tree()


def planned(*rows, known=(), within="", earlier=None, source="moss", own_ids=False, unordered=False):
    ids = (f"new-{len(known) + number}" for number in itertools.count(1))
    how = {"source": source, "own_ids": own_ids, "unordered": unordered, "country": "EG"}
    read = [read_row(row, **how, tree=TREE, within=within) for row in rows]
    importer = Importer("officer" if within else "operator", within, TUESDAY, lambda: next(ids))
    return plan(read, Known(known), TREE, importer, earlier or {})


def outcomes(made):
    return [(one["row"], one["outcome"]) for one in made.results]


def codes(made, row=0):
    return [(problem["field"], problem["code"]) for problem in made.results[row]["problems"]]


def test_new_row_creates():
    made = planned(a_row(7, external_id="17"))

    assert outcomes(made) == [(7, "created")]
    assert made.created["new-1"].external_ids == ("external:moss:17",)
    assert made.claims == {"new-1": 7, "external:moss:17": 7}
    assert made.lasting == {"new-1": 7}


def test_same_rows_again_change_nothing():
    rows = [
        a_row(1, external_id="17", members_count=30),
        a_row(2, name="جمعية النور", locations=[{"address": "النيل"}]),
    ]
    first = planned(*rows)

    again = planned(*rows, known=after(first))

    assert outcomes(again) == [(1, "unchanged"), (2, "unchanged")]
    assert (again.events, again.created, again.updated) == ([], {}, {})


def test_changed_row_updates():
    made = planned(a_row(members_count=55), known=[an_organization()])

    assert outcomes(made) == [(1, "updated")]
    assert [event.organization.version for event in made.events] == [2]


def test_later_row_of_same_organization_is_rejected():
    made = planned(a_row(1), a_row(2, name="جمعيه الاحسان الخيريه", members_count=3))

    assert outcomes(made) == [(1, "created"), (2, "rejected")]
    assert made.results[1]["problems"][0]["value"] == "1"
    assert codes(made, 1) == [("", "duplicate_row")]


def test_row_of_later_batch_is_rejected_too():
    known = an_organization()

    made = planned(a_row(600, members_count=3), known=[known], earlier={known.id: 12})

    assert codes(made) == [("", "duplicate_row")]


def test_id_claims_what_bears_it_in_later_batches():
    first = planned(a_row(7, external_id="17"))

    later = planned(a_row(600, external_id="17", name="جمعية أخرى"), known=after(first), earlier=first.lasting)

    assert codes(later) == [("", "duplicate_row")]


def test_id_of_a_refused_row_is_claimed_for_later_batches():
    known = an_organization()
    refused = planned(a_row(7, external_id="17"), known=[known], earlier={known.id: 1})

    assert outcomes(refused) == [(7, "rejected")]
    assert "external:moss:17" in refused.lasting


def test_same_row_sent_again_is_no_duplicate():
    known = an_organization()

    assert outcomes(planned(a_row(12), known=[known], earlier={known.id: 12})) == [(12, "unchanged")]


def test_bad_row_is_rejected_alone():
    made = planned(a_row(1, phones=[{"number": "??????"}]), a_row(2, name="جمعية النور"))

    assert outcomes(made) == [(1, "rejected"), (2, "created")]
    assert codes(made) == [("phones.0.number", "not_a_phone")]


def test_problem_is_told_in_three_languages():
    problem = planned(a_row(members_count="كثير")).results[0]["problems"][0]

    assert (problem["field"], problem["code"], problem["value"]) == ("members_count", "wrong_type", "كثير")
    assert set(problem["message"]) == {"ar", "fa", "en"}


def test_row_without_name_is_rejected():
    made = planned({"row": 1, "organization": {"external_id": "17"}})

    assert codes(made) == [("name", "required")]


def test_row_known_by_id_needs_no_name():
    known = an_organization(external_ids=("external:moss:17",))

    made = planned({"row": 1, "organization": {"external_id": "17", "members_count": 9}}, known=[known])

    assert outcomes(made) == [(1, "updated")]


def test_row_outside_area_is_rejected():
    made = planned(a_row(area="أبو تشت"), within="EG2901")

    assert codes(made) == [("area", "outside_area")]


def test_organization_outside_area_is_not_touched():
    known = an_organization(external_ids=("external:moss:17",))

    made = planned(a_row(external_id="17", area="EG2902"), known=[known], within="EG2902")

    assert codes(made) == [("area", "outside_area")]
    assert made.updated == {}


def test_row_adds_to_known_identifiers():
    known = an_organization(identifiers=(Identifier("eg.tn", "100531385"),))

    made = planned(a_row(identifiers=[{"identifier_scheme": "eg.moss", "identifier": "1/2009"}]), known=[known])

    assert made.updated[known.id].identifiers == (Identifier("eg.tn", "100531385"), Identifier("eg.moss", "1/2009"))


def test_dry_run_tells_no_new_ids():
    known = an_organization(name="جمعية النور")
    made = planned(a_row(1), a_row(2, name="جمعية النور"), known=[known])

    assert [one["id"] for one in tried(made.results, made.events)] == ["", known.id]


NAMES = st.sampled_from(["جمعية الإحسان", "جمعيه الاحسان", "جمعية النور", "جمعية الأمل"])
ROWS = st.lists(
    st.fixed_dictionaries(
        {"name": NAMES},
        optional={
            "external_id": st.sampled_from(["1", "2", "3"]),
            "members_count": st.integers(0, 3),
            "area": st.sampled_from(["قنا", "أبو تشت"]),
            "identifiers": st.sampled_from(["1/2009", "2/2009"]).map(
                lambda number: [{"identifier_scheme": "eg.moss", "identifier": number}]
            ),
        },
    ),
    max_size=8,
)


def after(made, known=()):
    """Return the register as a plan leaves it."""
    return list(({one.id: one for one in known} | made.created | made.updated).values())


def imported(rows, known=()):
    return planned(*({"row": number, "organization": one} for number, one in enumerate(rows, start=1)), known=known)


def ambiguous(made):
    problems = [problem for one in made.results for problem in one["problems"]]
    return any(problem["code"] == "ambiguous_match" for problem in problems)


@given(ROWS, ROWS)
def test_second_import_never_changes(before, organizations):
    known = after(imported(before))
    first = imported(organizations, known)
    assume(not ambiguous(first))  # a row that meant two organizations may mean one, once a later row renames the other

    again = imported(organizations, after(first, known))

    assert again.events == []
    assert not {outcome for _, outcome in outcomes(again)} & {"created", "updated"}


def test_own_id_finds_and_adds_none():
    known = an_organization(name="اسم قديم")

    made = planned(a_row(external_id=known.id, name="اسم قديم"), known=[known], source="qena", own_ids=True)

    assert (outcomes(made), made.updated) == ([(1, "unchanged")], {})


def test_own_id_in_anothers_list_means_nobody():
    known = an_organization(name="اسم قديم")

    made = planned(a_row(external_id=known.id, name="اسم جديد"), known=[known])

    assert (outcomes(made), made.updated) == ([(1, "created")], {})
