"""Prove that the picture shows what was measured."""

from __future__ import annotations

from xml.etree import ElementTree

from tests.bench.figures import Latencies
from tests.bench.plot import draw
from tests.bench.speeds import Speed

SVG = "{http://www.w3.org/2000/svg}"


def line(name: str, loop: str, *quantiles: float) -> Speed:
    return Speed(name, loop, Latencies(100, 0, 50.0, *quantiles))


def test_open_loops_are_drawn():
    picture = draw(
        [
            line("search", "closed, 32", 9, 9, 9, 9),
            line("search", "open, 50/s", 2, 8, 40, 50),
            line("map", "open, 9/s", 1, 3, 5, 8),
        ]
    )

    circles = ElementTree.fromstring(picture).findall(f"{SVG}circle/{SVG}title")
    assert [one.text for one in circles] == [
        *("search p50: 2 ms", "search p95: 8 ms", "search p99: 40 ms"),
        *("map p50: 1 ms", "map p95: 3 ms", "map p99: 5 ms"),
    ]


def test_slower_stands_further_right():
    picture = draw([line("map", "open, 9/s", 1, 30, 500, 800)])

    places = [float(one.attrib["cx"]) for one in ElementTree.fromstring(picture).findall(f"{SVG}circle")[-3:]]
    assert places == sorted(places)
    assert places[-1] < 860


def test_nothing_measured_is_drawn():
    assert ElementTree.fromstring(draw([])).tag == f"{SVG}svg"
