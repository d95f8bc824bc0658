"""Prove that the small server answers as the gateway does, where the gateway says what it answers."""

from __future__ import annotations

import pytest
from marshmallow import RAISE

from services.gateway.directory.coverage.schemas import AreasFigures, Gaps
from services.gateway.directory.grid import tile_at
from services.gateway.tiles.tilejson import LAYERS
from tests.browser import offers
from tests.browser.gaps import gaps
from tests.browser.server import ORGANIZATIONS
from tests.browser.tiles import draw
from tests.integration.gateway.vector_tiles import read

QENA = (32.73, 26.16)


@pytest.mark.parametrize(
    ("schema", "answer"), [(AreasFigures, offers.area_figures(ORGANIZATIONS)), (Gaps, gaps(ORGANIZATIONS, {}))]
)
def test_figures_and_gaps_keep_contract(schema, answer):
    assert schema(unknown=RAISE).validate(answer) == {}


def test_tiles_have_gateways_properties():
    drawn = read(draw(ORGANIZATIONS, ORGANIZATIONS, tile_at(*QENA, 9)))

    assert {name: set(features[0].properties) for name, features in drawn.items()} == {
        "organizations": set(LAYERS["organizations"][1])
    }
