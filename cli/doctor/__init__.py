"""Look a node over and say what is wrong with it, and what to do: ``tashbik doctor``.

::

    command ──▶ CHECKS (one small function each) ──▶ Patient ──▶ broker, database, machine
                        └─▶ faults: level, what was found, remedy

Looking changes nothing. Declared things are read from where they are declared: topology from the contracts, indexes
from the service classes, keys from :mod:`cli.keys`.
"""
