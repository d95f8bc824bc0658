"""Prove what a batch of rows does to services."""

import itertools

from services.registry.services.batch import Importer, plan, read_row
from tests.unit.registry.builders import MONDAY
from tests.unit.registry.services.builders import BRANCH, CLINIC, ORGANIZATION_ID, a_home, a_service


def a_row(number=1, *, own_ids=False, unordered=False, **service):
    given = {"organization_id": ORGANIZATION_ID, "name": "علاج شهري للأسر", **service}
    how = {"own_ids": own_ids, "unordered": unordered}
    return read_row({"row": number, "service": given}, source="moss", country="EG", **how)


def put(*rows, known=(), counts=None, earlier=None):
    ids = itertools.count(1)
    importer = Importer("service", MONDAY, lambda: f"new-{next(ids)}")
    homes = {ORGANIZATION_ID: a_home()}
    return plan(rows, known, homes=homes, counts=counts or {}, importer=importer, earlier=earlier or {})


def outcomes(made):
    return [one["outcome"] for one in made.results]


def codes(made):
    return [[problem["code"] for problem in one["problems"]] for one in made.results]


def test_new_row_is_created():
    made = put(a_row(external_id="17", subjects=["health"]))

    assert made.results == [{"row": 1, "outcome": "created", "id": "new-1", "problems": []}]
    assert made.created["new-1"].external_ids == ("external:moss:17",)


def test_row_is_matched_by_its_id():
    known = a_service(external_ids=("external:moss:17",))

    made = put(a_row(external_id="17", name="اسم جديد"), known=[known])

    assert (outcomes(made), made.updated[known.id].name) == (["updated"], "اسم جديد")


def test_row_is_matched_by_name_in_any_spelling():
    made = put(a_row(name="علاج شهرى للاسر"), known=[a_service(name="علاج شهري للأسر")])

    assert [one["id"] for one in made.results] == [a_service().id]


def test_same_name_with_another_id_is_another():
    made = put(a_row(external_id="18"), known=[a_service(external_ids=("external:moss:17",))])

    assert outcomes(made) == ["created"]


def test_equal_row_changes_nothing():
    made = put(a_row(subjects=["health"]), known=[a_service()])

    assert (outcomes(made), made.events) == (["unchanged"], [])


def test_second_row_of_one_service_is_rejected():
    made = put(a_row(1, external_id="17"), a_row(2, external_id="17"), a_row(3, name="مطبخ"))

    assert outcomes(made) == ["created", "rejected", "created"]
    assert codes(made)[1] == ["duplicate_row"]


def test_row_of_an_earlier_batch_counts():
    made = put(a_row(9, external_id="17"), earlier={"service:external:moss:17": 2})

    assert (codes(made), made.results[0]["problems"][0]["value"]) == ([["duplicate_row"]], "2")


def test_row_of_nobody_is_rejected_alone():
    made = put(a_row(1, organization_id="nobody"), a_row(2))

    assert (outcomes(made), codes(made)[0]) == (["rejected", "created"], ["unknown_organization"])


def test_row_moves_no_service():
    elsewhere = a_service(organization_id="other", external_ids=("external:moss:17",))

    made = put(a_row(external_id="17"), known=[elsewhere])

    assert codes(made) == [["ambiguous_match"]]


def test_two_of_one_name_are_ambiguous():
    made = put(a_row(), known=[a_service(id="one"), a_service(id="two")])

    assert codes(made) == [["ambiguous_match"]]


def test_wrong_values_are_named():
    made = put(a_row(colour="green"), a_row(2, email="nobody"))

    assert codes(made) == [["unknown_field"], ["not_an_email"]]


def test_organization_with_many_services_gets_no_more():
    made = put(a_row(), counts={ORGANIZATION_ID: 500})

    assert codes(made) == [["too_many"]]


def test_own_id_finds_and_adds_none():
    known = a_service(name="اسم قديم")

    made = put(a_row(own_ids=True, external_id=known.id, name="اسم جديد"), known=[known])

    assert (made.updated[known.id].name, made.updated[known.id].external_ids) == ("اسم جديد", ())


def test_own_id_in_anothers_list_means_nobody():
    known = a_service(name="اسم قديم")

    made = put(a_row(external_id=known.id, name="اسم جديد"), known=[known])

    assert (outcomes(made), made.updated) == (["created"], {})


def test_other_order_changes_nothing_where_it_says_nothing():
    rooms = [{"unit": {"name": unit}, "available": 3} for unit in ("rooms", "beds")]
    at = [{"location_id": place, "phones": [{"number": "0962345678"}]} for place in (CLINIC, BRANCH)]
    row = {"capacities": rooms, "service_at_locations": at, "subjects": ["health", "food"]}
    known = list(put(a_row(**row)).created.values())
    turned = {name: value[::-1] for name, value in row.items()}

    made = [put(a_row(unordered=unordered, **turned), known=known) for unordered in (True, False)]

    assert [outcomes(one) for one in made] == [["unchanged"], ["updated"]]


def test_capacity_counted_again_is_a_change():
    rooms = {"unit": {"name": "rooms"}, "available": 3, "updated": "2026-03-08T08:00:00Z"}
    known = list(put(a_row(capacities=[rooms])).created.values())

    made = put(a_row(unordered=True, capacities=[rooms | {"updated": "2026-03-09T08:00:00Z"}]), known=known)

    assert outcomes(made) == ["updated"]
