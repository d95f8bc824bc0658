"""Wire the referrals service: what it holds, what it answers, and what it does by the clock.

::

    rpc ──▶ Referrals ──▶ commands ──▶ domain (pure)
                            │  │
                            │  └─▶ registry, by RPC: agencies and areas
                            └────▶ stores and views, in one unit of work with events and audit trail
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nameko.extensions import DependencyProvider

from chassis import clock
from chassis.config import Config
from chassis.crypto import Vault
from chassis.identity import SERVICE_ROLE, Actor
from chassis.mongo import Mongo
from chassis.outbox import Relay
from chassis.rpc import Call, Rpc, rpc
from chassis.timer import every
from chassis.trail.sealing import Sealing
from chassis.work import Work
from contracts import referrals as contract
from contracts.envelope import RpcContract
from services.referrals import contacts, history
from services.referrals.answers import domain_errors
from services.referrals.desk import Desk, House
from services.referrals.families import commands as families
from services.referrals.families import store as family_store
from services.referrals.families.views import FamilyViews
from services.referrals.needs import commands as needs
from services.referrals.needs import store as need_store
from services.referrals.referrals import commands as referrals
from services.referrals.referrals import store as referral_store
from services.referrals.referrals.views import ReferralViews
from services.referrals.registry import Memory, Registry

INDEXES = family_store.INDEXES | need_store.INDEXES | referral_store.INDEXES
ITSELF = Actor("referrals", SERVICE_ROLE)

Command = Callable[[Desk, Call], dict[str, Any]]


class Remembered(DependencyProvider):
    """Give workers one memory of what other services said, for the whole process."""

    def setup(self) -> None:
        """Begin with an empty memory."""
        self._memory = Memory()

    def get_dependency(self, worker_ctx: Any) -> Memory:
        """Return the memory."""
        return self._memory


class Rules(DependencyProvider):
    """Give workers the rules of the node."""

    def get_dependency(self, worker_ctx: Any) -> House:
        """Return the rules that the node is configured with."""
        config: Config = self.container.config["TASHBIK"]
        return House.of(config)


def answer(stated: RpcContract, command: Command) -> Any:
    """Return the method that answers a contract's calls by a command."""

    def method(self: Referrals, call: Call) -> dict[str, Any]:
        with domain_errors():
            return command(self.desk, call)

    method.__name__, method.__doc__ = stated.method, stated.description
    return rpc(stated)(method)


class Referrals:
    """Care for families' needs, and for the referrals that are to meet them."""

    name = "referrals"

    mongo = Mongo(INDEXES)
    work = Work()
    vault = Vault()
    client = Rpc()
    memory = Remembered()
    house = Rules()
    relay = Relay(contract.EVENTS)
    sealing = Sealing()

    @property
    def desk(self) -> Desk:
        """Return what a command works with."""
        return Desk(
            units=self.work,
            families=family_store.FamilyStore(self.mongo, self.vault),
            family_views=FamilyViews(self.mongo),
            needs=need_store.NeedStore(self.mongo, self.vault),
            referrals=referral_store.ReferralStore(self.mongo, self.vault),
            referral_views=ReferralViews(self.mongo),
            registry=Registry(self.client, self.memory),
            house=self.house,
        )

    register_family = answer(contract.REGISTER_FAMILY, families.register)
    change_family = answer(contract.CHANGE_FAMILY, families.change)
    get_family = answer(contract.GET_FAMILY, families.get)
    list_families = answer(contract.LIST_FAMILIES, families.list_families)
    look_up_family = answer(contract.LOOK_UP_FAMILY, families.look_up)
    add_member = answer(contract.ADD_MEMBER, families.add_member)
    record_consent = answer(contract.RECORD_CONSENT, families.record_consent)
    withdraw_consent = answer(contract.WITHDRAW_CONSENT, families.withdraw_consent)

    register_need = answer(contract.REGISTER_NEED, needs.register)
    get_need = answer(contract.GET_NEED, needs.get)
    list_needs = answer(contract.LIST_NEEDS, needs.list_needs)
    propose_agencies = answer(contract.PROPOSE_AGENCIES, needs.propose)

    refer_family = answer(contract.REFER_FAMILY, referrals.refer)
    send_referral = answer(contract.SEND_REFERRAL, referrals.send)
    get_referral = answer(contract.GET_REFERRAL, referrals.get)
    list_referrals = answer(contract.LIST_REFERRALS, referrals.list_referrals)
    accept_referral = answer(contract.ACCEPT_REFERRAL, referrals.accept)
    reject_referral = answer(contract.REJECT_REFERRAL, referrals.reject)
    report_service = answer(contract.REPORT_SERVICE, referrals.report_service)
    complete_referral = answer(contract.COMPLETE_REFERRAL, referrals.complete)
    return_referral = answer(contract.RETURN_REFERRAL, referrals.give_back)
    refer_onward = answer(contract.REFER_ONWARD, referrals.refer_onward)
    revoke_referral = answer(contract.REVOKE_REFERRAL, referrals.revoke)

    get_history = answer(contract.GET_HISTORY, history.get)
    get_recipient = answer(contract.GET_RECIPIENT, contacts.get)
    page_referrals = answer(contract.PAGE_REFERRALS, referrals.page_states)
    page_families = answer(contract.PAGE_FAMILIES, families.page_states)
    page_needs = answer(contract.PAGE_NEEDS, needs.page_states)

    @every("sweep_interval")
    def sweep(self) -> None:
        """Escalate and expire referrals that nobody has answered."""
        referrals.sweep(self.desk, ITSELF, clock.now())

    @every("seal_interval")
    def seal_audit(self) -> None:
        """Seal what was noted since the last time."""
        self.sealing.turn()

    @every("sweep_interval")
    def measure(self) -> None:
        """Measure what is overdue; apart from the sweep, which may be what hangs."""
        referrals.measure(self.desk, clock.now())
