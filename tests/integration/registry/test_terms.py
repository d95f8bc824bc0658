"""Prove that terms of the node's own are kept, told of, and never written over unseen."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.errors import Invalid, NotFound, PreconditionFailed
from contracts.policy import Scope
from contracts.problems import PROBLEMS
from services.registry.taxonomies import desk
from tests.outboxes import envelopes


def told(house):
    """Return the names of what was put into the outbox and the audit trail about terms, and the events' versions."""
    events = sorted(envelopes(house.database, {"type": {"$regex": "term"}}), key=lambda one: one["id"])
    trail = house.database["audit"].find({"action": {"$regex": "^term"}}).sort("_id", 1)
    return [one["subjectversion"] for one in events], [one["action"] for one in trail]


def test_term_is_put_renamed_and_retired(house):
    first = house.put_term("health.dialysis")
    renamed = house.put_term("health.dialysis", "Renal dialysis")
    retired = house.retire_term("health.dialysis", if_version=2)

    assert [one.version for one in (first, renamed, retired)] == [1, 2, 3]
    assert (retired.names["en"], retired.retired) == ("Renal dialysis", True)
    assert told(house) == ([1, 2, 3], ["term.put", "term.put", "term.retired"])


def test_same_term_again_changes_nothing(house):
    house.put_term("health.dialysis")

    assert house.put_term("health.dialysis").version == 1
    assert told(house) == ([1], ["term.put"])


def test_repeated_call_makes_one_term(house):
    house.put_term("health.dialysis", key="k-1")
    house.put_term("health.dialysis", "Renal dialysis")

    house.put_term("health.dialysis", key="k-1")

    assert house.terms.get("health.dialysis").version == 2


def test_stale_version_is_refused(house):
    house.put_term("health.dialysis")
    house.put_term("health.dialysis", "Renal dialysis")

    with pytest.raises(PreconditionFailed):
        house.put_term("health.dialysis", "Kidneys", if_version=1)
    with pytest.raises(PreconditionFailed):
        house.retire_term("health.dialysis", if_version=1)


def test_term_below_nothing_is_refused_whole(house):
    with pytest.raises(Invalid) as refused:
        house.put_term("health.kidneys.dialysis")

    message = PROBLEMS["unknown_parent"].en
    assert refused.value.problems == [{"field": "id", "code": "unknown_parent", "message": message}]
    assert told(house) == ([], [])


def test_more_terms_than_may_be_are_refused(house, monkeypatch):
    monkeypatch.setattr(desk, "TERMS_MOST", 1)
    house.put_term("health.dialysis")

    assert refusal(lambda: house.put_term("health.teeth")) == [("id", "too_many")]
    assert house.put_term("health.dialysis", "Renal dialysis").version == 2


def test_unknown_term_is_not_found(house):
    with pytest.raises(NotFound):
        house.retire_term("health.teeth")


def test_two_who_put_one_term_make_one(house):
    with ThreadPoolExecutor(2) as pool:
        versions = {one.version for one in pool.map(house.put_term, ["health.dialysis"] * 2)}

    assert versions == {1}
    assert told(house)[0] == [1]


def test_terms_lie_in_the_order_of_codes(house):
    for code in ("health.teeth", "health.dialysis", "health.dialysis.home"):
        house.put_term(code)

    assert [one.id for one in house.terms.page("", 2)] == ["health.dialysis", "health.dialysis.home"]
    assert [one.id for one in house.terms.page("health.dialysis.home", 2)] == ["health.teeth"]


def capable(*terms, subject="health"):
    return {"capabilities": [{"subject": subject, "terms": list(terms)}]}


def borne(house, organization_id):
    return house.organizations.get(organization_id, Scope()).capabilities[0].terms


def refusal(act):
    with pytest.raises(Invalid) as refused:
        act()
    return [(one["field"], one["code"]) for one in refused.value.problems]


def test_capability_bears_terms_below_its_subject(house):
    house.put_term("health.dialysis")

    made = house.register(name="جمعية الكلى", **capable("health.dialysis", "health.dialysis"))

    assert borne(house, made) == ("health.dialysis",)
    assert house.change(made, **capable("health.dialysis")) == 1


def test_wrong_term_is_named_by_its_field(house):
    house.put_term("health.dialysis")

    assert refusal(lambda: house.register(name="أ", **capable("health.dialysis", "health.teeth"))) == [
        ("capabilities.0.terms.1", "unknown_term")
    ]
    assert refusal(lambda: house.register(name="ب", **capable("health.dialysis", subject="food"))) == [
        ("capabilities.0.terms.0", "other_subject")
    ]


def test_retired_term_stays_with_who_bears_it(house):
    house.put_term("health.dialysis")
    made = house.register(name="جمعية الكلى", **capable("health.dialysis"))
    house.retire_term("health.dialysis")

    house.change(made, members_count=40, **capable("health.dialysis"))

    assert borne(house, made) == ("health.dialysis",)
    assert refusal(lambda: house.register(name="جمعية أخرى", **capable("health.dialysis"))) == [
        ("capabilities.0.terms.0", "retired_term")
    ]


def test_terms_that_are_not_given_stay(house):
    house.put_term("health.dialysis")
    made = house.register(name="جمعية الكلى", **capable("health.dialysis"))

    house.change(made, capabilities=[{"subject": "health", "capacity": 40}])

    assert borne(house, made) == ("health.dialysis",)
    house.change(made, **capable())
    assert borne(house, made) == ()


def test_service_bears_terms_below_its_subjects(house):
    house.put_term("health.dialysis")
    owner = house.register(name="جمعية الكلى")

    made = house.register_service(owner, subjects=["health"], terms=["health.dialysis"])

    assert house.services.get(made, Scope()).terms == ("health.dialysis",)
    assert refusal(lambda: house.change_service(made, terms=["health.teeth"])) == [("terms.0", "unknown_term")]
    house.change_service(made, subjects=["food"])
    assert {one["field_name"] for one in house.told_of_service(made)[0]["changes"]} == {"subjects", "terms"}


def test_row_goes_in_without_a_retired_term(house):
    for code in ("health.dialysis", "health.teeth"):
        house.put_term(code)
    bearing = capable("health.dialysis", "health.teeth")
    known = house.register(name="جمعية الكلى", area="EG2901", **capable("health.dialysis"))
    house.retire_term("health.dialysis")
    names = ("جمعية الكلى", "جمعية الأسنان")

    old, new = house.put(
        [
            {"row": number, "organization": {"name": name, "area": "EG2901", **bearing}}
            for number, name in enumerate(names, 1)
        ]
    )
    service = {"organization_id": known, "name": "غسيل", "subjects": ["health"], "terms": ["health.dialysis"]}
    [of_service] = house.put_services([{"row": 1, "service": service}])

    assert (borne(house, old["id"]), borne(house, new["id"])) == (
        ("health.dialysis", "health.teeth"),
        ("health.teeth",),
    )
    assert [(one["outcome"], [each["code"] for each in one["problems"]]) for one in (old, new, of_service)] == [
        ("updated", []),
        ("created", ["retired_term"]),
        ("created", ["retired_term"]),
    ]


def test_row_of_a_service_bears_terms(house):
    house.put_term("health.dialysis")
    known = {"organization_id": house.register(name="جمعية الكلى"), "subjects": ["health"]}
    rows = [("غسيل", "health.dialysis"), ("أسنان", "health.teeth")]

    results = house.put_services(
        [
            {"row": number, "service": {**known, "name": name, "terms": [term]}}
            for number, (name, term) in enumerate(rows, 1)
        ]
    )

    assert [one["outcome"] for one in results] == ["created", "rejected"]
    assert [one["field"] for one in results[1]["problems"]] == ["terms.0"]


def test_row_of_an_import_bears_terms(house):
    house.put_term("health.dialysis")
    rows = [
        {"row": 1, "organization": {"name": "جمعية الكلى", "area": "EG2901", **capable("health.dialysis")}},
        {"row": 2, "organization": {"name": "جمعية الأسنان", "area": "EG2901", **capable("health.teeth")}},
    ]

    results = house.put(rows)

    assert [one["outcome"] for one in results] == ["created", "rejected"]
    assert results[1]["problems"][0]["field"] == "capabilities.0.terms.0"


def test_records_are_found_by_terms_they_bear(house):
    for code in ("health.dialysis", "health.dialysis.home", "health.dialysis_x"):
        house.put_term(code)
    for name, term in (("أ", "health.dialysis"), ("ب", "health.dialysis.home"), ("ج", "health.dialysis_x")):
        owner = house.register(name=name, area="EG2901", **capable(term))
        house.register_service(owner, name=name, subjects=["health"], terms=[term])
    asked = {
        "q": "",
        "area": "",
        "status": None,
        "outside_area": None,
        "organization_id": "",
        "subject": "health.dialysis",
    }

    found = [store.search(asked, Scope(), "", 50) for store in (house.organizations, house.services)]

    assert [{one.name for one in each} for each in found] == [{"أ", "ب"}, {"أ", "ب"}]
