"""Hold what the service's commands work with: built once a call by the service, and by tests without Nameko."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from chassis.config import Config
from chassis.work import Units
from services.referrals.families.store import FamilyStore
from services.referrals.families.views import FamilyViews
from services.referrals.needs.store import NeedStore
from services.referrals.referrals.store import ReferralStore
from services.referrals.referrals.views import ReferralViews
from services.referrals.registry import Registry


@dataclass(frozen=True, slots=True)
class House:
    """Hold the rules of the node: its country and language, the officers' mailbox, how long an agency may take."""

    country: str
    language: str
    officer_email: str
    period: timedelta

    @classmethod
    def of(cls, config: Config) -> House:
        """Return the rules that a node is configured with."""
        period = timedelta(seconds=config.referral_deadline)
        return cls(config.country, config.language, config.officer_email, period)


@dataclass(frozen=True, slots=True)
class Desk:
    """Hold units of work, stores, views, the registry and the rules of the node."""

    units: Units
    families: FamilyStore
    family_views: FamilyViews
    needs: NeedStore
    referrals: ReferralStore
    referral_views: ReferralViews
    registry: Registry
    house: House
