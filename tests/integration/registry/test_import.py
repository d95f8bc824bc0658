"""Prove that a batch of rows changes the register once, and only where something is new."""

from concurrent.futures import ThreadPoolExecutor

from tests.integration.registry.house import OFFICER
from tests.outboxes import envelopes


def row(number, name="جمعية الإحسان", **fields):
    return {"row": number, "organization": {"name": name, "area": "EG2901", **fields}}


def many(count, **fields):
    return [
        row(number, f"جمعية رقم {number}", external_id=str(number), phones=[{"number": "01001234567"}], **fields)
        for number in range(1, count + 1)
    ]


def organizations_told(house):
    return envelopes(house.database, {"type": {"$regex": "organization"}})


def outcomes(results):
    return [one["outcome"] for one in results]


def codes(results):
    return [problem["code"] for one in results for problem in one["problems"]]


def test_same_file_again_changes_nothing(house):
    house.put(many(20), "import-1")
    told = len(organizations_told(house))

    again = house.put(many(20), "import-2")

    assert set(outcomes(again)) == {"unchanged"}
    assert len(organizations_told(house)) == told == 20
    assert house.database["organizations"].count_documents({"version": {"$ne": 1}}) == 0


def test_changed_row_updates(house):
    house.put(many(3), "import-1")

    again = house.put([*many(2), row(3, "جمعية رقم 3", external_id="3", members_count=60)], "import-2")

    assert outcomes(again) == ["unchanged", "unchanged", "updated"]
    assert house.database["organizations"].find_one({"members_count": 60})["version"] == 2


def test_repeated_batch_gives_first_results(house):
    first = house.put(many(5), key="import-1:0")

    again = house.put(many(5), key="import-1:0")

    assert again == first
    assert set(outcomes(again)) == {"created"}


def test_batch_may_be_put_again_past_its_key(house):
    """A node may be stopped in an import for longer than keys are kept."""
    rows = [*many(5), row(6, "جمعية بلا رقم"), row(7, "جمعية أ", external_id="7", members_count="كثير")]
    house.put(rows)

    again = house.put(rows)

    assert outcomes(again) == [*["unchanged"] * 6, "rejected"]
    assert house.count("organizations") == 6


def test_dry_run_writes_nothing(house):
    house.put(many(1))
    before = {name: house.count(name) for name in house.database.list_collection_names()}

    tried = house.try_out([*many(2), row(3, phones=[{"number": "???"}])])

    assert outcomes(tried) == ["unchanged", "created", "rejected"]
    assert tried[1]["id"] == ""
    assert {name: house.count(name) for name in house.database.list_collection_names()} == before


def test_good_rows_go_in_beside_bad(house):
    results = house.put([row(1, "جمعية أ"), row(2, "جمعية ب", members_count="كثير"), row(3, "جمعية ج")])

    assert outcomes(results) == ["created", "rejected", "created"]
    assert codes(results) == ["wrong_type"]


def test_row_with_a_country_that_is_none_is_rejected(house):
    rows = [
        row(number, f"جمعية {number}", cooperations=[{"partner": "WFP", "country": country}])
        for number, country in enumerate(("IT", "ZZ"), start=2)
    ]

    results = house.put(rows, "import-1")

    assert outcomes(results) == ["created", "rejected"]
    assert [one["field"] for one in results[1]["problems"]] == ["cooperations.0.country"]


def test_duplicate_in_later_batch_is_rejected(house):
    house.put([row(1)], number=0)

    results = house.put([row(501, "جمعيه الاحسان", members_count=4)], number=1)

    assert codes(results) == ["duplicate_row"]
    assert results[0]["problems"][0]["value"] == "1"


def test_file_with_duplicates_settles_at_once(house):
    first_half, second_half = [row(1, members_count=1)], [row(2, members_count=2)]
    house.put(first_half, "import-1", 0)
    house.put(second_half, "import-1", 1)

    again = house.put(first_half, "import-2", 0) + house.put(second_half, "import-2", 1)

    assert outcomes(again) == ["unchanged", "rejected"]


def test_officer_imports_into_own_area_only(house):
    inside, outside = row(1, "جمعية أ"), row(2, "جمعية ب", area="أبو تشت")

    results = house.put([inside, outside], actor=OFFICER)

    assert outcomes(results) == ["created", "rejected"]
    assert codes(results) == ["outside_area"]


def test_officer_cannot_touch_what_lies_elsewhere(house):
    house.put([row(1, external_id="17", area="EG2902")])

    results = house.put([row(1, external_id="17", area="EG2901")], "import-2", actor=OFFICER)

    assert codes(results) == ["outside_area"]
    assert house.database["organizations"].find_one()["version"] == 1


def test_two_importers_at_once_create_each_organization_once(house):
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(lambda number: house.put(many(60), f"import-{number}"), range(3)))

    assert house.count("organizations") == 60
    assert sum(outcomes(each).count("created") for each in results) == 60
    assert len(organizations_told(house)) == 60


def test_batch_takes_few_round_trips(house):
    desk = house.desk
    house.put(many(1), key="warm")
    house.commands.names.clear()

    house.put(many(500, members_count=5), "import-2")

    assert desk.tree.revision == 1
    assert len(house.commands.names) <= 12, house.commands.names


def test_unchanged_batch_takes_fewer(house):
    house.put(many(500))
    house.commands.names.clear()

    house.put(many(500), "import-2")

    assert len(house.commands.names) <= 9, house.commands.names


def test_short_number_again_changes_nothing(house):
    hotline = row(1, external_id="1", phones=[{"number": "١٩٨٢٨"}])

    created, again = (house.put([hotline], name) for name in ("import-1", "import-2"))

    assert outcomes([*created, *again]) == ["created", "unchanged"]
    (kept,) = house.database["organizations"].find()
    assert [one["number"] for one in kept["phones"]] == ["19828"]
