"""Prove that the grid finds what asking every area finds."""

from hypothesis import example, given
from hypothesis import strategies as st

from services.registry.areas.grid import Grid
from tests.unit.registry.builders import an_area, square

degrees = st.floats(-85, 85, allow_nan=False).map(lambda degree: round(degree, 6))
near_qena = st.floats(25.9, 32.9).map(lambda degree: round(degree, 2))
sizes = st.sampled_from([0.0, 0.000001, 0.001, 0.05, 0.1, 0.4, 1.0, 7.3, 90.0, 170.0])
squares = st.lists(st.tuples(degrees | near_qena, degrees | near_qena, sizes), max_size=30)
points = st.tuples(degrees | near_qena, degrees | near_qena)


@given(squares, st.lists(points, max_size=20))
@example([(0.0, 0.0, 1.0), (-85.0, -85.0, 170.0)], [(0.5, 0.5), (0.0, 0.0), (1.0, 0.5)])
def test_grid_answers_as_scan(drawn, asked):
    areas = [an_area(f"A{number}", outline=square(*one)) for number, one in enumerate(drawn)]
    asked = [*asked, *(point for west, south, size in drawn for point in ((west, south), (west + size / 2, south)))]

    grid = Grid(areas)

    assert [grid.first(point) for point in asked] == [
        next((area for area in areas if area.holds(point)), None) for point in asked
    ]


@given(st.lists(st.tuples(degrees, degrees, sizes), min_size=1, max_size=5))
def test_area_of_any_size_takes_four_cells_at_most(drawn):
    grid = Grid(an_area(outline=square(*one)) for one in drawn)

    held = sum(len(places) for cells in grid._grids.values() for places in cells.values())

    assert held <= 4 * len(drawn)


def test_point_asks_few_of_many_areas():
    villages = [an_area(f"V{n}", outline=square(n % 80, n // 80, 0.9)) for n in range(4000)]

    near = list(Grid(villages)._near((20.5, 20.5)))

    assert len(near) <= 9
    assert villages[20 * 80 + 20] in near


def test_area_without_outline_is_left_out():
    assert Grid([an_area(outline=None)]).first((32.75, 26.15)) is None
