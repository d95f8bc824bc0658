"""State what the referrals service answers."""

from __future__ import annotations

from marshmallow import Schema

from contracts.envelope import RpcContract
from contracts.referrals.cases import (
    CompleteReferral,
    ListReferrals,
    ReferFamily,
    ReferOnward,
    Referral,
    ReferralPage,
    ReportService,
    WithReason,
)
from contracts.referrals.families import (
    AddMember,
    ChangeFamily,
    FamiliesFound,
    Family,
    FamilyPage,
    ListFamilies,
    LookUpFamily,
    RecordConsent,
    RegisterFamily,
    WithdrawConsent,
)
from contracts.referrals.history import GetHistory, History
from contracts.referrals.matching import Proposals, ProposeAgencies
from contracts.referrals.needs import ListNeeds, Need, NeedPage, RegisterNeed
from contracts.referrals.shapes import ById, PageRequest
from contracts.referrals.states import Contact, FamilyStatePage, GetRecipient, NeedStatePage, ReferralStatePage
from contracts.referrals.words import SERVICE


def _change(method: str, request: type[Schema], response: type[Schema], description: str) -> RpcContract:
    return RpcContract(SERVICE, method, request, response, description, changes=True)


def _read(
    method: str, request: type[Schema], response: type[Schema], description: str, *, reads_family: bool = False
) -> RpcContract:
    return RpcContract(SERVICE, method, request, response, description, reads_family=reads_family)


REGISTER_FAMILY = _change("register_family", RegisterFamily, Family, "Register a family, its members and consents.")
CHANGE_FAMILY = _change("change_family", ChangeFamily, Family, "Change a family, correct its members, close it.")
GET_FAMILY = _read("get_family", ById, Family, "Read one family; the reading is audited.", reads_family=True)
LIST_FAMILIES = _read("list_families", ListFamilies, FamilyPage, "List families, newest first.", reads_family=True)
LOOK_UP_FAMILY = _read(
    "look_up_family", LookUpFamily, FamiliesFound, "Find families by an exact national id or phone.", reads_family=True
)
ADD_MEMBER = _change("add_member", AddMember, Family, "Add a member to a family.")
RECORD_CONSENT = _change("record_consent", RecordConsent, Family, "Record a family's consent.")
WITHDRAW_CONSENT = _change("withdraw_consent", WithdrawConsent, Family, "Withdraw a family's consent.")
REGISTER_NEED = _change("register_need", RegisterNeed, Need, "Register a need of a family.")
GET_NEED = _read("get_need", ById, Need, "Read one need.", reads_family=True)
LIST_NEEDS = _read("list_needs", ListNeeds, NeedPage, "List needs, newest first.")
PROPOSE_AGENCIES = _read("propose_agencies", ProposeAgencies, Proposals, "Propose agencies for a need, and say why.")
GET_HISTORY = _read("get_history", GetHistory, History, "Read the whole history of a case.", reads_family=True)
REFER_FAMILY = _change("refer_family", ReferFamily, Referral, "Refer a need to an agency; needs consent to referral.")
SEND_REFERRAL = _change("send_referral", ById, Referral, "Send a draft to its agency; needs consent to referral.")
GET_REFERRAL = _read("get_referral", ById, Referral, "Read one referral.", reads_family=True)
LIST_REFERRALS = _read("list_referrals", ListReferrals, ReferralPage, "List referrals, newest first.")
ACCEPT_REFERRAL = _change("accept_referral", ById, Referral, "Accept a referral as its agency.")
REJECT_REFERRAL = _change("reject_referral", WithReason, Referral, "Reject a referral as its agency.")
REPORT_SERVICE = _change(
    "report_service", ReportService, Referral, "Report a service given; the first starts the work."
)
COMPLETE_REFERRAL = _change("complete_referral", CompleteReferral, Referral, "Complete a referral with its outcome.")
RETURN_REFERRAL = _change("return_referral", WithReason, Referral, "Give an accepted referral back.")
REFER_ONWARD = _change("refer_onward", ReferOnward, Referral, "Hand a referral on to another agency.")
REVOKE_REFERRAL = _change("revoke_referral", WithReason, Referral, "Take a referral back before work has started.")
GET_RECIPIENT = _read("get_recipient", GetRecipient, Contact, "Say whom to tell, at this moment.", reads_family=True)
PAGE_REFERRALS = _read(
    "page_referrals", PageRequest, ReferralStatePage, "Page through all public states, for a rebuild."
)
PAGE_FAMILIES = _read(
    "page_families", PageRequest, FamilyStatePage, "Page through what families are counted by, for a rebuild."
)
PAGE_NEEDS = _read("page_needs", PageRequest, NeedStatePage, "Page through what needs are counted by, for a rebuild.")

CALLS: tuple[RpcContract, ...] = (
    REGISTER_FAMILY,
    CHANGE_FAMILY,
    GET_FAMILY,
    LIST_FAMILIES,
    LOOK_UP_FAMILY,
    ADD_MEMBER,
    RECORD_CONSENT,
    WITHDRAW_CONSENT,
    REGISTER_NEED,
    GET_NEED,
    LIST_NEEDS,
    PROPOSE_AGENCIES,
    GET_HISTORY,
    REFER_FAMILY,
    SEND_REFERRAL,
    GET_REFERRAL,
    LIST_REFERRALS,
    ACCEPT_REFERRAL,
    REJECT_REFERRAL,
    REPORT_SERVICE,
    COMPLETE_REFERRAL,
    RETURN_REFERRAL,
    REFER_ONWARD,
    REVOKE_REFERRAL,
    GET_RECIPIENT,
    PAGE_REFERRALS,
    PAGE_FAMILIES,
    PAGE_NEEDS,
)
