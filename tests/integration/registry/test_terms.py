"""Prove that terms of the node's own are kept, told of, and never written over unseen."""

from concurrent.futures import ThreadPoolExecutor

import orjson
import pytest

from chassis.errors import Invalid, NotFound, PreconditionFailed
from contracts.problems import PROBLEMS


def told(house):
    """Return the names of what was put into the outbox and the audit trail about terms, and the events' versions."""
    events = house.database["outbox"].find({"type": {"$regex": "term"}}).sort("_id", 1)
    trail = house.database["audit"].find({"action": {"$regex": "^term"}}).sort("_id", 1)
    return [orjson.loads(one["body"])["subjectversion"] for one in events], [one["action"] for one in trail]


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
