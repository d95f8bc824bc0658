"""Prove that the page folds what is typed as the gateway does, letter by letter."""

from __future__ import annotations

import json
import subprocess
import unicodedata
from pathlib import Path

import pytest

from contracts.text import fold

WEB = Path(__file__).parents[2] / "services" / "gateway" / "web"
ESBUILD = WEB / "node_modules" / "esbuild"
BLOCKS = [
    (0x20, 0x250),
    (0x600, 0x700),
    (0x750, 0x780),
    (0x1E00, 0x1F00),
    (0x2000, 0x2070),
    (0xFB50, 0xFE00),
    (0xFE70, 0xFF00),
]
NAMES = ["الأُقصُر", "مـركز نجع حمّادى", "ابو‌تشت", "پاکدشت", "العاشِر ١٠/۱۲", "Nag Ḥammādī (Qena)", "Straße", "ﷲ", "ﻗﻨﺎ"]
RUN = """
const { transformSync } = require(process.argv[1]);
const source = require("fs").readFileSync(process.argv[2], "utf8");
const made = { exports: {} };
new Function("module", "exports", transformSync(source, { loader: "ts", format: "cjs" }).code)(made, made.exports);
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(given.map((text) => made.exports.folded(text).join(" "))));
"""


def test_page_folds_as_gateway_does():
    if not ESBUILD.exists():
        pytest.skip("the page's tools are missing: run `npm ci` in services/gateway/web")
    letters = [chr(code) for first, end in BLOCKS for code in range(first, end)]
    texts = [*NAMES, *(f"a{one}b" for one in letters if unicodedata.category(one) not in ("Cn", "Cs"))]

    command = ["node", "-e", RUN, str(ESBUILD), str(WEB / "src" / "fold.ts")]
    run = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True, timeout=60)

    answered = dict(zip(texts, json.loads(run.stdout), strict=True))
    assert {text: got for text, got in answered.items() if got != fold(text)} == {}
