"""Draw what was measured as one SVG: latencies in the open loop, each way a row, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from html import escape

from tests.bench.speeds import Speed

WIDTH, LEFT, RIGHT, ROW, TOP = 860, 190, 60, 30, 50
COLOURS = {"p50": "#2a7f62", "p95": "#d98e04", "p99": "#b3261e"}

Place = Callable[[float], float]
"""Give the place of so many milliseconds from the left."""


def draw(speeds: Sequence[Speed]) -> str:
    """Return the picture."""
    rows = [one for one in speeds if one.loop.startswith("open") and one.figures.p50 > 0]
    most = max((one.figures.p99 for one in rows), default=1.0)
    least = min((one.figures.p50 for one in rows), default=1.0)
    low, high = math.floor(math.log10(least)), math.ceil(math.log10(most) + 1e-9)
    height = TOP + ROW * len(rows) + 40

    def place(milliseconds: float) -> float:
        share = (math.log10(milliseconds) - low) / max(1, high - low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    parts = [*_scale(range(low, high + 1), place, height), *_legend()]
    for number, one in enumerate(rows):
        parts += _row(one, TOP + ROW * number + ROW / 2, place)
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
    return "\n".join((head, f'<rect {size} fill="white"/>', *parts, "</svg>\n"))


def _row(one: Speed, y: float, place: Place) -> Iterable[str]:
    found = {name: getattr(one.figures, name) for name in COLOURS}
    at = {name: place(value) for name, value in found.items()}
    yield f'<text x="10" y="{y + 4:.0f}">{escape(one.name)}, {escape(one.loop.removeprefix("open, "))}</text>'
    yield f'<line x1="{at["p50"]:.1f}" x2="{at["p99"]:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="#999" stroke-width="2"/>'
    for name, x in at.items():
        title = f"<title>{escape(one.name)} {name}: {found[name]:g} ms</title>"
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{COLOURS[name]}">{title}</circle>'
    yield f'<text x="{at["p99"] + 9:.1f}" y="{y + 4:.0f}" fill="#555">{found["p99"]:,.0f}</text>'


def _scale(powers: Iterable[int], place: Place, height: int) -> Iterable[str]:
    for power in powers:
        x = place(10**power)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{height - 30}" stroke="#ddd"/>'
        yield f'<text x="{x:.1f}" y="{height - 12}" text-anchor="middle" fill="#555">{10**power:g} ms</text>'


def _legend() -> Iterable[str]:
    yield '<text x="10" y="22" font-size="14">Time until done, offered at a fixed rate</text>'
    for number, (name, colour) in enumerate(COLOURS.items()):
        x = WIDTH - 200 + 60 * number
        yield f'<circle cx="{x}" cy="18" r="5" fill="{colour}"/><text x="{x + 9}" y="22">{name}</text>'
