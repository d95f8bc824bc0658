"""Prove that what is written into a tile is read from it by Google's Protocol Buffers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.tiles.mvt import EXTENT, Feature, tile
from tests.integration.gateway.vector_tiles import Drawn, read

names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
values = st.text(st.characters(codec="utf-8"), max_size=200) | st.booleans() | st.integers(-(2**63), 2**64 - 1)
steps = st.integers(-EXTENT, 2 * EXTENT)
features = st.builds(Feature, steps, steps, st.dictionaries(names, values, max_size=6))


@given(st.dictionaries(names, st.lists(features, min_size=1, max_size=12), max_size=3))
def test_what_is_written_is_read(layers: dict[str, list[Feature]]):
    found = read(tile(layers))

    assert found == {
        name: [Drawn(one.x, one.y, dict(one.properties)) for one in drawn] for name, drawn in layers.items()
    }


def test_true_and_one_stay_apart():
    feature = Feature(0, 0, {"one": 1, "true": True, "text": "1"})

    (found,) = read(tile({"organizations": [feature]}))["organizations"]

    assert [type(value) for value in found.properties.values()] == [int, bool, str]


def test_layer_of_nothing_is_left_out():
    assert tile({"organizations": [], "clusters": iter(())}) == b""
