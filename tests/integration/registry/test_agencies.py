"""Prove who is found for a need: near ones first, those without a place last, and why others are not."""

from services.registry.agencies.views import AgencyView, Wanted

HERE = (32.75, 26.15)


def agency(house, name, area="EG2901", point=None, subject="food", **fields):
    place = [{"longitude": point[0], "latitude": point[1], "area": area}] if point else []
    return house.register(
        name=name,
        area=area,
        locations=place,
        capabilities=[{"subject": subject, "capacity": fields.pop("capacity", None)}],
        **fields,
    )


def found(house, area="EG2901", point=HERE, limit=10):
    wanted = Wanted("food", house.areas.get(area), point, limit)
    return AgencyView(house.database).find(wanted)


def names(agencies):
    return [one["name"] for one in agencies]


def test_nearest_of_area_comes_first(house):
    agency(house, "بعيدة", point=(32.79, 26.19))
    agency(house, "قريبة", point=(32.751, 26.151))

    agencies = found(house)["agencies"]

    assert names(agencies) == ["قريبة", "بعيدة"]
    assert 140 < agencies[0]["distance_m"] < 160


def test_own_area_comes_before_nearer_one(house):
    agency(house, "من المركز", point=(32.71, 26.11))
    agency(house, "من مركز آخر", "EG2902", point=(32.751, 26.151))

    assert names(found(house)["agencies"]) == ["من المركز", "من مركز آخر"]


def test_agency_without_place_comes_last_of_its_area(house):
    agency(house, "بلا موقع")
    agency(house, "بموقع", point=(32.79, 26.19))
    agency(house, "من مركز آخر", "EG2902", point=(32.05, 26.15))

    agencies = found(house)["agencies"]

    assert names(agencies) == ["بموقع", "بلا موقع", "من مركز آخر"]
    assert agencies[1]["distance_m"] is None


def test_nearest_of_several_places_counts(house):
    house.register(
        name="فرعان",
        area="EG2901",
        capabilities=[{"subject": "food"}],
        locations=[{"longitude": 32.05, "latitude": 26.15}, {"longitude": 32.75, "latitude": 26.15}],
    )

    assert found(house)["agencies"][0]["distance_m"] == 0


def test_centre_stands_in_for_the_point(house):
    agency(house, "بعيدة", point=(32.79, 26.19))
    agency(house, "قريبة من الوسط", point=(32.751, 26.151))
    agency(house, "مغلقة", point=(32.75, 26.15), status="inactive")

    answer = found(house, point=None)

    assert house.areas.get("EG2901").centre == HERE
    assert names(answer["agencies"]) == ["قريبة من الوسط", "بعيدة"]
    assert [one["distance_m"] for one in (answer["agencies"][0], answer["others"][0])] == [150, 0]


def test_area_without_centre_still_finds(house):
    agency(house, "في المحافظة", "EG28", point=(31.7, 26.5))

    agencies = found(house, "EG28", point=None)["agencies"]

    assert [(one["name"], one["distance_m"]) for one in agencies] == [("في المحافظة", None)]


def test_others_say_why_not(house):
    agency(house, "بلا قدرة", point=(32.76, 26.15), subject="housing")
    agency(house, "مغلقة", point=(32.77, 26.15), status="inactive")
    agency(house, "من محافظة أخرى", "EG28", point=(31.7, 26.5))

    answer = found(house)

    assert answer["agencies"] == []
    assert [(one["name"], one["reason"]) for one in answer["others"]] == [
        ("بلا قدرة", "no_capability"),
        ("مغلقة", "inactive"),
        ("من محافظة أخرى", "out_of_area"),
    ]


def test_both_lists_are_bounded(house):
    for number in range(5):
        agency(house, f"جمعية {number}", point=(32.75 + number / 100, 26.15))
        agency(house, f"وحدة {number}", point=(32.75 + number / 100, 26.15), subject="housing")

    answer = found(house, limit=3)

    assert (len(answer["agencies"]), len(answer["others"])) == (3, 3)


SOHAG = {"longitude": 31.7, "latitude": 26.5, "area": "EG28"}
QENA = {"longitude": 32.751, "latitude": 26.151, "area": "EG2901"}
ABU_TESHT = {"longitude": 32.05, "latitude": 26.15, "area": "EG2902"}


def branching(house, *places, **fields):
    """Register one of another governorate with branches."""
    offered = {"area": "EG28", "capabilities": [{"subject": "food"}]}
    return house.register(name="من سوهاج", **offered, locations=[SOHAG, *places], **fields)


def test_branch_is_found_where_it_is(house):
    branching(house, QENA)
    agency(house, "بعيدة", point=(32.79, 26.19))

    answer = found(house)

    assert names(answer["agencies"]) == ["من سوهاج", "بعيدة"]
    assert answer["others"] == []
    branch = answer["agencies"][0]
    assert (branch["area"], branch["areas"]) == ("EG28", ["EG", "EG28", "EG29", "EG2901"])
    assert 140 < branch["distance_m"] < 160


def test_branch_of_the_wider_area_is_found_once(house):
    branching(house, QENA, ABU_TESHT)

    assert names(found(house)["agencies"]) == ["من سوهاج"]
    assert names(found(house, "EG2902")["agencies"]) == ["من سوهاج"]
    assert names(found(house, "EG28")["agencies"]) == ["من سوهاج"]


def test_branch_in_another_county_comes_after_those_of_the_area(house):
    branching(house, ABU_TESHT)
    agency(house, "من المركز", point=(32.79, 26.19))

    assert names(found(house)["agencies"]) == ["من المركز", "من سوهاج"]


def test_branch_of_no_known_point_is_found(house):
    branching(house, {"name": "فرع قنا", "area": "EG2901"})

    assert names(found(house, point=None)["agencies"]) == ["من سوهاج"]


def test_inactive_one_with_a_branch_is_said_to_be(house):
    branching(house, QENA, status="inactive")

    answer = found(house)

    assert (answer["agencies"], [one["reason"] for one in answer["others"]]) == ([], ["inactive"])


def test_capacity_is_of_the_subject(house):
    house.register(
        name="جمعية",
        area="EG2901",
        capabilities=[{"subject": "housing", "capacity": 1}, {"subject": "food", "capacity": 40}],
    )

    assert found(house)["agencies"][0]["capacity"] == 40
