"""Declare the indexes whose keys alone answer: the features of a box, and where those are that bear a word.

A record of the directory is ten times as long as its feature, and those of one box lie anywhere among the others: to
read a hundred of them costs the database three times as much as to read a hundred neighbouring keys, each with the
whole feature. See ``docs/decisions/0026-features-in-the-index.md``, and 0019 for tiles of words.
"""

from __future__ import annotations

from pymongo import IndexModel

WIDE = {"wiredTiger": {"configString": "leaf_page_max=64KB,block_compressor=snappy"}}
"""Pages for keys of kilobytes. On those of the default size (16 kB) a longer one stands in a block of its own."""

BY_CELL = IndexModel(
    [("cell", 1), ("_id", 1), ("position.longitude", 1), ("position.latitude", 1), ("item", 1)],
    name="cell",
    partialFilterExpression={"cell": {"$gte": 0}},
    storageEngine=WIDE,
)

BESIDE_WORD = ("cell", "international_cooperation")
"""What stands in an organization's index of words beside word and id: all that tiles ask of those who bear a word."""

BY_WORD = IndexModel([("terms", 1), ("_id", 1), *((name, 1) for name in BESIDE_WORD)], name="words")
