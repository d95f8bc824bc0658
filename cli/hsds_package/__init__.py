"""Read HSDS tabular packages: a folder or zip of CSV files, as Open Referral's HSDS 1.1 and 3.x and Ohana write them.

``archive`` opens a package within limits, ``tables`` names what may stand in it, ``recognizing`` tells which file is
which of them, ``values`` reads one cell, ``reading`` puts all rows on a ``shelf`` and tells what is wrong with them,
and ``organizations`` and ``services`` turn what lies there into rows of an import. None of it needs a node.
"""
