"""Prove where a place lies, whatever its record tells of that."""

from __future__ import annotations

import pytest

from services.gateway.directory.whereabouts import areas_of, everywhere

QENA = ["EG", "EG29", "EG2901"]
ESNA = ["EG", "EG33", "EG3301"]


@pytest.mark.parametrize(
    ("place", "areas"),
    [
        pytest.param({"area": "EG3301", "areas": ESNA}, ESNA, id="it says so"),
        pytest.param({"area": "", "areas": []}, QENA, id="nobody knows"),
        pytest.param({"area": "EG2901"}, QENA, id="from before, where the organization is"),
        pytest.param({"area": "EG29"}, ["EG", "EG29"], id="from before, above where the organization is"),
        pytest.param({"area": "EG3301", "areas": []}, ["EG3301"], id="from before, elsewhere"),
    ],
)
def test_place_lies_in_its_areas(place, areas):
    assert areas_of(place, {"areas": QENA}) == areas


def test_organization_is_wherever_a_place_of_it_is():
    record = {"areas": QENA, "locations": [{"area": ""}, {"area": "EG3301", "areas": ESNA}]}

    assert everywhere(record) == {"EG", "EG29", "EG2901", "EG33", "EG3301"}
