"""State who may call what: the one table that the gateway and every service check.

An operation is an RPC's name (``referrals.refer_family``) or, for what the gateway answers by itself,
``gateway.<what>``. For each it names the roles that may call and how far each reaches:

``NODE``          every record of the node
``AREA``          records whose area is the caller's area or lies within it
``ORGANIZATION``  records that concern the caller's own organization
``OWN``           what the caller itself made

An operation that is not in the table, or a role that is not in its row, is refused.

Roles: an *operator* runs the node; a directorate *officer* steers an area; a *case worker* cares for families of an
area; an *association* answers the referrals sent to it; an *auditor* reads; the *public* has no token; a *service* is
one of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Name who calls."""

    OPERATOR = "operator"
    OFFICER = "officer"
    CASE_WORKER = "case_worker"
    ASSOCIATION = "association"
    AUDITOR = "auditor"
    PUBLIC = "public"
    SERVICE = "service"


class Reach(StrEnum):
    """Name how far a role reaches with an operation."""

    NODE = "node"
    AREA = "area"
    ORGANIZATION = "organization"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Scope:
    """Say which records exist for a caller: empty means no bound. A store puts it into every query."""

    area: str = ""
    organization: str = ""
    actor: str = ""


OPERATOR, OFFICER, CASE_WORKER = Role.OPERATOR, Role.OFFICER, Role.CASE_WORKER
ASSOCIATION, AUDITOR, PUBLIC, SERVICE = Role.ASSOCIATION, Role.AUDITOR, Role.PUBLIC, Role.SERVICE
NODE, AREA, ORGANIZATION, OWN = Reach.NODE, Reach.AREA, Reach.ORGANIZATION, Reach.OWN

EVERYONE = dict.fromkeys((PUBLIC, OPERATOR, OFFICER, CASE_WORKER, ASSOCIATION, AUDITOR), NODE)
CARE = {OFFICER: AREA, CASE_WORKER: AREA}
CARE_AND_AUDIT = CARE | {AUDITOR: NODE}
AGENCY = {ASSOCIATION: ORGANIZATION}
SERVED = {OPERATOR: NODE, OFFICER: AREA, ASSOCIATION: ORGANIZATION}
CHOOSING = dict.fromkeys((OPERATOR, OFFICER, CASE_WORKER, ASSOCIATION, AUDITOR), NODE)
TOLD = {OPERATOR: NODE, OFFICER: OWN, CASE_WORKER: OWN, ASSOCIATION: OWN}
TOLD_AND_AUDIT = TOLD | {AUDITOR: NODE}

POLICY: dict[str, dict[Role, Reach]] = {
    # gateway: what it answers by itself
    "gateway.directory": EVERYONE,
    "gateway.token": EVERYONE,
    "gateway.document": EVERYONE,
    "gateway.create_import": {OPERATOR: NODE, OFFICER: AREA},
    "gateway.list_imports": {OPERATOR: NODE, OFFICER: OWN, AUDITOR: NODE},
    "gateway.get_import": {OPERATOR: NODE, OFFICER: OWN, AUDITOR: NODE},
    "gateway.cancel_import": {OPERATOR: NODE, OFFICER: OWN},
    "gateway.rebuild_directory": {OPERATOR: NODE},
    # registry
    "registry.register_organization": {OPERATOR: NODE, OFFICER: AREA},
    "registry.change_organization": {OPERATOR: NODE, OFFICER: AREA, ASSOCIATION: ORGANIZATION},
    "registry.remove_organization": {OPERATOR: NODE},
    "registry.get_organization": {OPERATOR: NODE, OFFICER: AREA, ASSOCIATION: ORGANIZATION, AUDITOR: NODE},
    "registry.get_organization_history": SERVED | {AUDITOR: NODE},
    "registry.search_organizations": {OPERATOR: NODE, OFFICER: AREA, AUDITOR: NODE},
    "registry.put_organizations": {OPERATOR: NODE, OFFICER: AREA, SERVICE: NODE},
    "registry.register_service": SERVED,
    "registry.change_service": SERVED,
    "registry.remove_service": SERVED,
    "registry.get_service": SERVED | {AUDITOR: NODE},
    "registry.get_service_history": SERVED | {AUDITOR: NODE},
    "registry.search_services": SERVED | {AUDITOR: NODE},
    "registry.put_services": {OPERATOR: NODE, OFFICER: AREA, SERVICE: NODE},
    "registry.put_areas": {OPERATOR: NODE},
    "registry.get_area_history": {OPERATOR: NODE, AUDITOR: NODE},
    "registry.put_term": {OPERATOR: NODE},
    "registry.retire_term": {OPERATOR: NODE},
    "registry.get_term": CHOOSING,
    "registry.get_term_history": {OPERATOR: NODE, AUDITOR: NODE},
    "registry.page_terms": CHOOSING | {SERVICE: NODE},
    "registry.get_area": {SERVICE: NODE},
    "registry.page_organizations": {SERVICE: NODE},
    "registry.page_services": {SERVICE: NODE},
    "registry.page_areas": {SERVICE: NODE},
    "registry.find_agencies": {SERVICE: NODE},
    "registry.get_agency": {SERVICE: NODE},
    # families, in the referrals service
    "referrals.register_family": CARE,
    "referrals.change_family": CARE,
    "referrals.get_family": CARE_AND_AUDIT,
    "referrals.list_families": CARE_AND_AUDIT,
    "referrals.look_up_family": CARE,
    "referrals.add_member": CARE,
    "referrals.record_consent": CARE,
    "referrals.withdraw_consent": CARE,
    "referrals.register_need": CARE,
    "referrals.get_need": CARE_AND_AUDIT,
    "referrals.list_needs": CARE_AND_AUDIT,
    "referrals.propose_agencies": CARE,
    "referrals.get_history": CARE_AND_AUDIT,
    # and its referrals
    "referrals.refer_family": CARE,
    "referrals.send_referral": CARE,
    "referrals.get_referral": CARE_AND_AUDIT | AGENCY,
    "referrals.list_referrals": CARE_AND_AUDIT | AGENCY,
    "referrals.accept_referral": AGENCY,
    "referrals.reject_referral": AGENCY,
    "referrals.report_service": AGENCY,
    "referrals.complete_referral": AGENCY,
    "referrals.return_referral": AGENCY,
    "referrals.refer_onward": AGENCY,
    "referrals.revoke_referral": CARE,
    "referrals.get_recipient": {SERVICE: NODE},
    "referrals.page_referrals": {SERVICE: NODE},
    "referrals.page_families": {SERVICE: NODE},
    "referrals.page_needs": {SERVICE: NODE},
    # notifications
    "notifications.list_messages": {OPERATOR: NODE, AUDITOR: NODE},
    "notifications.get_message": {OPERATOR: NODE, AUDITOR: NODE},
    "notifications.create_webhook": TOLD,
    "notifications.list_webhooks": TOLD_AND_AUDIT,
    "notifications.get_webhook": TOLD_AND_AUDIT,
    "notifications.change_webhook": TOLD,
    "notifications.remove_webhook": TOLD,
    "notifications.rotate_webhook": TOLD,
    "notifications.test_webhook": TOLD,
    "notifications.list_deliveries": TOLD_AND_AUDIT,
    "notifications.replay_deliveries": TOLD,
}

CALLERS: dict[str, tuple[str, ...]] = {
    "gateway": tuple(
        name for name, row in POLICY.items() if row.keys() - {SERVICE} and name.partition(".")[0] != "gateway"
    ),
    "referrals": ("registry.find_agencies", "registry.get_agency", "registry.get_area"),
    "notifications": ("referrals.get_recipient",),
    "projector": (
        "registry.page_areas",
        "registry.page_organizations",
        "registry.page_services",
        "registry.page_terms",
        "referrals.page_referrals",
        "referrals.page_families",
        "referrals.page_needs",
    ),
    "importer": ("registry.page_areas", "registry.put_organizations", "registry.put_services"),
    "cli": (
        "registry.get_organization",
        "registry.page_terms",
        "registry.put_areas",
        "registry.put_organizations",
        "registry.put_services",
        "registry.put_term",
        "registry.retire_term",
    ),
}
"""Which operations each process calls; the broker takes no other call from it. The gateway calls for people."""


def reach_of(operation: str, role: str) -> Reach | None:
    """Return how far a role reaches with an operation, or None where it may not call it at all."""
    return POLICY.get(operation, {}).get(role)  # type: ignore[call-overload]


def scope_of(reach: Reach, *, actor: str, organization: str, area: str) -> Scope | None:
    """Return the bound that a reach puts on an actor, or None where the actor lacks what the reach is measured by.

    A case worker without an area reaches nothing, rather than everything.
    """
    match reach:
        case Reach.NODE:
            return Scope()
        case Reach.AREA:
            return Scope(area=area) if area else None
        case Reach.ORGANIZATION:
            return Scope(organization=organization) if organization else None
        case Reach.OWN:
            return Scope(actor=actor)
