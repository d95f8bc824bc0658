"""Prove that the page tells areas' names among what is typed as the plain list does, and those half typed besides."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.unit.gateway.downloads.test_called import AREAS, CASES

WEB = Path(__file__).parents[2] / "services" / "gateway" / "web"
ESBUILD = WEB / "node_modules" / "esbuild"
#: What somebody may still be typing: half of a name's letters, three at least, and at the end alone.
HALF = [
    ("hospital Qe", []),
    ("women Nagha", [("H", "women")]),
    ("women Nag Ha", [("H", "women")]),
    ("women Abut", [("A", "women")]),
    ("women Ab", []),
    ("Nagh women", []),
    ("women in Hamm", [("L", "women")]),
    ("Nag", [("H", "")]),
    ("Hammadi", [("H", ""), ("L", "")]),
]
RUN = """
const { buildSync } = require(process.argv[1]);
const built = buildSync({ entryPoints: [process.argv[2]], bundle: true, format: "cjs", write: false });
const made = { exports: {} };
new Function("module", "exports", built.outputFiles[0].text)(made, made.exports);
const { areas, texts } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const named = new made.exports.NamedAreas(areas);
console.log(JSON.stringify(texts.map((text) => named.meant(text).map(({ area, words }) => [area.id, words]))));
"""


def test_page_tells_names_as_list_does():
    if not ESBUILD.exists():
        pytest.skip("the page's tools are missing: run `npm ci` in services/gateway/web")
    expected = dict([*CASES, *HALF])
    given = {"areas": [{"id": id_, **area} for id_, area in AREAS.items()], "texts": [*expected]}

    command = ["node", "-e", RUN, str(ESBUILD), str(WEB / "src" / "named.ts")]
    run = subprocess.run(command, input=json.dumps(given), capture_output=True, text=True, check=True, timeout=60)

    answered = dict(zip(expected, json.loads(run.stdout), strict=True))
    told = {text: [(area, words) for area, words in found] for text, found in answered.items()}
    assert {text: found for text, found in told.items() if found != expected[text]} == {}
