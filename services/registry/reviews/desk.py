"""Look the register over, some organizations at a time: whoever died meanwhile left it where the next one goes on.

::

    revision of the areas, the day ──▶ due? ──▶ page of organizations ──▶ those that say otherwise now ─┐
                                        ▲                                                               ▼
                                        └── after the last of them ◀── one transaction: records, events, history, trail

It is done once for each change of the area tree, when that has rested for a while, and once a day, since areas and
international cooperations begin and end by the day. An organization that stays as it is costs a read. On the way, those
with branches that were stored before they were found there are found there, too: their records stay as they are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from chassis.identity import Actor
from chassis.logs import get_logger
from chassis.work import Unit, Units
from contracts.policy import Role, Scope
from services.registry.areas.store import AreaStore
from services.registry.history.domain import Stamp
from services.registry.organizations.desk import Desk
from services.registry.organizations.domain import Organization, OrganizationChanged
from services.registry.organizations.intake import placed
from services.registry.organizations.matching import keys_of_organization
from services.registry.organizations.schemas import oversized
from services.registry.reviews.domain import review, reviewed
from services.registry.reviews.store import Elsewhere, ReviewStore

ITSELF = Actor("registry", str(Role.SERVICE))
LOOKED_AT = 500
"""So many organizations are looked at at once,"""
CHANGED = 50
"""and so many changed in one transaction."""
FORM = 2
"""Raise it where organizations are found otherwise than before: the register is looked over then."""
TURN = 2.0
"""Seconds that a turn goes on for."""

log = get_logger()


@dataclass(frozen=True, slots=True)
class Step:
    """Say what the register is looked over for, after whom and up to whom, and for which day it was last."""

    of: str
    after: str
    last: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Look the register over. ``desk`` gives the desk with the tree as it is; it is called where something is due."""

    store: ReviewStore
    areas: AreaStore
    units: Units
    desk: Callable[[], Desk]

    def turn(self, now: datetime, seconds: float = TURN) -> None:
        """Go on for a turn, where anything is due."""
        of = _name(self.areas.revision(), now.date().isoformat())
        after = self.store.due(of, now)
        if after is None:
            return
        desk, last, until = self.desk(), self.store.last_day(), time.monotonic() + seconds
        if of != _name(desk.tree.revision, desk.tree.day):
            return  # the tree was exchanged just now
        try:
            while after is not None and time.monotonic() < until:
                after = self._step(desk, Step(of, after, last))
        except Elsewhere:
            return  # that process goes on

    def _step(self, desk: Desk, step: Step) -> str | None:
        """Look at a page, and return after whom to go on; None at the end."""
        page = self.store.page(step.after, LOOKED_AT)
        if not page:
            changed = self.store.finish(step.of, step.after)
            log.info("register_reviewed", areas=desk.tree.revision, changed=changed)
            return None
        self.store.cover(placed(one, desk.tree) for one in page)
        differing = [one.id for one in page if review(one, desk.tree, step.last).fields]
        to = page[-1].id if len(differing) <= CHANGED else differing[CHANGED - 1]
        if not differing:
            self.store.advance(step.of, step.after, to)
            return to
        self.units.do(ITSELF, lambda unit: self._change(desk, differing[:CHANGED], replace(step, to=to), unit))
        return to

    def _change(self, desk: Desk, ids: Sequence[str], step: Step, unit: Unit) -> None:
        changed = _changed(desk, ids, step.last, unit)
        self.store.advance(step.of, step.after, step.to, len(changed), unit.session)
        desk.store.put_many([], [event.organization for _, event in changed], unit.session)
        for why, group in groupby(sorted(changed, key=itemgetter(0)), itemgetter(0)):
            stamp = Stamp(unit.now, ITSELF.label, why)
            desk.tell(unit, [event for _, event in group], stamp, why)


def _changed(desk: Desk, ids: Sequence[str], last: str, unit: Unit) -> list[tuple[str, OrganizationChanged]]:
    """Return what becomes of organizations, each with why, as they are now and while nobody else changes them."""
    changed: list[tuple[str, OrganizationChanged]] = []
    named: set[str] = set()
    for one in desk.store.hold(ids, Scope(), unit.session).values():
        judged = review(one, desk.tree, last)
        fields = dict(judged.fields)
        if "area" in fields and not _unnamed(desk, reviewed(one, fields, unit.now).organization, named, unit):
            del fields["area"], fields["areas"]
        if fields and not oversized((event := reviewed(one, fields, unit.now)).organization):
            changed.append((judged.why, event))
    return changed


def _unnamed(desk: Desk, organization: Organization, named: set[str], unit: Unit) -> bool:
    """Tell whether no other organization is of its name in its area: the two would be taken for one."""
    keys = keys_of_organization(organization)
    others = {one.id for one in desk.store.matching([keys], unit.session)} - {organization.id}
    free = not others and keys.name not in named
    named.add(keys.name)
    return free


def _name(revision: int, day: str) -> str:
    return f"{day} {revision} {FORM}"
