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

## A client's secret

It is shown once, and kept as its scrypt hash. `tashbik clients rotate ID` gives the client another, which holds at
once; the old one holds for a day more, or as long as `--overlap` says (`90m`, `7d`, at most `30d`; `0` ends it now). So
hand the new one over, see that the other system uses it, and let the old one end. A client has two secrets at most: a
second rotation ends the first secret. `tashbik clients list` shows until when an old one holds, and the audit trail who
rotated. A token that was given for an old secret holds its 15 minutes; where that is too long, `tashbik clients revoke
ID`, which ends tokens too, and add another client.

## Persons of an identity provider

Where the node has an [identity provider](operators.md#an-identity-provider), it takes access tokens of that provider
beside its own. Their claims say what a client's entry says:

| claim, unless named otherwise | gives | |
| --- | --- | --- |
| `roles` | the role | a text or a list; exactly one role of this page must be in it, whatever else is |
| `tashbik_area` | the area, by its code | officers and case workers need one |
| `tashbik_organization` | the organization, by its id | an association needs one |

Whatever is not said plainly is refused: 403, and `problems` names the claim. The role *operator* comes from outside
only where `TASHBIK_OIDC_ROLES` names it, *service* never. An area or organization that there is not reaches nothing.

Who the person is stays with the provider. Logs, histories and the audit trail have `<role>:oidc-…`, forty digits made
of the token's `sub` by a key of the node: one person is always the same, and nobody without the key can tell who.
`tashbik clients pseudonym` asks for a `sub` and says how it is called. A person who is blocked at the provider is
refused when the last token has expired, so let tokens live for minutes.

## Webhooks

Whoever may have a token for changing or caring may have [webhooks](webhooks.md) of its own: what is sent is public, so
there is nothing to withhold from a role. An auditor sees them all and makes none, since an auditor changes nothing; an
operator sees and stops all. A client has ten at most, a node a hundred. A webhook goes on when its client is revoked:
disable or remove it too.

## Operations
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
