"""Write the access policy as a table for people: ``python -m services.gateway.access_table > docs/access.md``."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from contracts.policy import POLICY, Reach, Role

HEAD = """\
# Who may do what

Made from the one access policy (`shared/contracts/policy.py`), which the gateway and every service check; a test
compares. What is not in the table is refused.

* **node**: every record of the node
* **area**: records whose area is the client's or lies within it
* **organization**: records that concern the client's own organization
* **own**: what the client itself made

A client has one role, and with it the area or the organization that it acts for: `tashbik clients add`. The *public*
has no token; a *service* is one of ours.
"""


def render(policy: Mapping[str, Mapping[Role, Reach]]) -> str:
    """Return the page, one row an operation."""
    roles = list(Role)
    head = ["operation", *(role.replace("_", " ") for role in roles)]
    rows = [[f"`{name}`", *(str(reach.get(role, "")) for role in roles)] for name, reach in policy.items()]
    lines = [head, ["---"] * len(head), *rows]
    return f"{HEAD}\n" + "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    sys.stdout.write(render(POLICY))
