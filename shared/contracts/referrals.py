"""State what the referrals service publishes and answers: families in care, their needs, and referrals to agencies.

Personal data (names, national ids, phones, addresses, what anyone wrote about a family) crosses the broker only inside
answers of RPC to callers who may read it, and inside requests that bring it; never inside an event.

Times are ISO 8601 with offset. Ids are opaque. Every record carries ``version``, an integer that grows by one with each
change; a changing call made with ``if_version`` is refused with ``precondition_failed`` when the record has moved on.
Where the state does not allow a call, the error is ``conflict`` and ``problems[0].code`` says why (``consent_missing``,
``illegal_transition``, ``need_already_referred``, ``national_id_taken``, …).
"""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from contracts.envelope import Consumer, EventContract, RpcContract
from contracts.subjects import SUBJECTS

SERVICE = "referrals"

LANGUAGES = ("ar", "fa", "en")
COUNTRIES = ("EG", "IR", "PS")
SEXES = ("female", "male", "unknown")
RELATIONSHIPS = (
    "head",
    "spouse",
    "child",
    "parent",
    "sibling",
    "grandchild",
    "grandparent",
    "other_relative",
    "unrelated",
)
DWELLINGS = ("owned", "rented", "hosted", "informal", "none", "unknown")
FAMILY_STATUSES = ("open", "closed")
PURPOSES = ("referral", "messages")
URGENCIES = ("low", "normal", "high", "critical")
NEED_STATUSES = ("open", "referred", "met", "closed")
REFERRAL_STATUSES = (
    "draft",
    "sent",
    "accepted",
    "in_progress",
    "completed",
    "rejected",
    "returned",
    "referred_onward",
    "revoked",
    "expired",
)
TRANSITIONS = (
    "drafted",
    "sent",
    "accepted",
    "started",
    "service_reported",
    "completed",
    "rejected",
    "returned",
    "referred_onward",
    "revoked",
    "escalated",
    "expired",
)
OUTCOMES = ("successful", "not_successful")
AUDIENCES = ("family", "agency", "officer")
HISTORY_KINDS = ("family", "consent", "need", "referral")
MATCH_REASONS = (
    "covers_subject",
    "same_area",
    "near",
    "free_capacity",
    "capacity_unknown",
    "speaks_language",
    "no_capability",
    "no_free_capacity",
    "rejected_before",
    "expired_before",
    "returned_before",
    "tried_before",
    "inactive",
    "out_of_area",
    "other_language",
)


def _id(**options: Any) -> fields.String:
    return fields.String(required=True, validate=validate.Length(min=1, max=100), **options)


def _choice(choices: tuple[str, ...], **options: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(choices), **options)


def _text(most: int, least: int = 0, **options: Any) -> fields.String:
    return fields.String(validate=validate.Length(min=least, max=most), **options)


def _point(**options: Any) -> fields.List:
    return fields.List(
        fields.Float(allow_nan=False),
        validate=validate.Length(equal=2),
        allow_none=True,
        metadata={"description": "Longitude and latitude, WGS 84."},
        **options,
    )


def _time(**options: Any) -> fields.AwareDateTime:
    return fields.AwareDateTime(format="iso", **options)


def _subject(**options: Any) -> fields.String:
    return _choice(tuple(SUBJECTS), **options)


class Answer(Schema):
    """Describe what the service answers; a reader ignores what it does not know."""

    class Meta:
        """Let a newer service add fields."""

        unknown = EXCLUDE


class PageRequest(Schema):
    """Ask for a page: at most ``limit`` records, after the cursor that the page before gave as ``next``."""

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=200))
    after = _text(500, load_default="")


class ById(Schema):
    """Name one record."""

    id = _id()


# --- families -----------------------------------------------------------------------------------------------------


class HouseholdRequest(Schema):
    """Describe the household, as a DCI social registry group."""

    size = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(min=1, max=100))
    dwelling = _choice(DWELLINGS, load_default="unknown")
    poverty_score = fields.Float(
        load_default=None, allow_none=True, allow_nan=False, validate=validate.Range(min=0, max=100)
    )


class MemberRequest(Schema):
    """Describe one member. ``national_id`` is checked by the rules of ``national_id_country``: the node's, if not given."""

    given_name = _text(100, 1, required=True)
    family_name = _text(100, load_default="")
    sex = _choice(SEXES, load_default="unknown")
    birth_date = fields.Date(load_default=None, allow_none=True)
    relationship = _choice(RELATIONSHIPS, required=True)
    national_id = _text(40, load_default="")
    national_id_country = _choice(COUNTRIES, load_default=None, allow_none=True)


class MemberChangeRequest(Schema):
    """Name a member and what is to be corrected; what is not given stays. An empty ``national_id`` removes it."""

    id = _id()
    given_name = _text(100, 1)
    family_name = _text(100)
    sex = _choice(SEXES)
    birth_date = fields.Date(allow_none=True)
    relationship = _choice(RELATIONSHIPS)
    national_id = _text(40)
    national_id_country = _choice(COUNTRIES, allow_none=True)


class ConsentRequest(Schema):
    """Describe a consent. Without ``expires`` it holds for one year; without ``granted_by`` the head granted it."""

    purpose = _choice(PURPOSES, required=True)
    granted_at = _time(load_default=None, allow_none=True)
    expires = _time(load_default=None, allow_none=True)
    granted_by = _text(100, load_default="")


class RegisterFamily(Schema):
    """Register a family with its members, exactly one of them its head."""

    area = _id()
    address = _text(500, load_default="")
    phone = _text(40, load_default="")
    language = _choice(LANGUAGES, load_default="ar")
    household = fields.Nested(HouseholdRequest, load_default=lambda: HouseholdRequest().load({}))
    members = fields.List(fields.Nested(MemberRequest), required=True, validate=validate.Length(min=1, max=60))
    consents = fields.List(fields.Nested(ConsentRequest), load_default=list, validate=validate.Length(max=10))


class ChangeFamily(Schema):
    """Change what is given; the rest stays. Closing a family closes its open needs."""

    id = _id()
    area = _text(100, 1)
    address = _text(500)
    phone = _text(40)
    language = _choice(LANGUAGES)
    household = fields.Nested(HouseholdRequest)
    members = fields.List(fields.Nested(MemberChangeRequest), validate=validate.Length(max=60))
    status = _choice(FAMILY_STATUSES)


class LookUpFamily(Schema):
    """Look a family up by one member's national id, or by its phone; exactly one of them."""

    national_id = _text(40, load_default="")
    national_id_country = _choice(COUNTRIES, load_default=None, allow_none=True)
    phone = _text(40, load_default="")

    @validates_schema
    def one_of_them(self, request: dict[str, Any], **_: Any) -> None:
        """Refuse a look-up by nothing or by both."""
        if bool(request.get("national_id")) == bool(request.get("phone")):
            raise ValidationError("Give either national_id or phone.", "national_id")


class ListFamilies(PageRequest):
    """Filter families. ``q`` is part of a member's name in any spelling of Arabic, Persian or Latin letters."""

    q = _text(100, load_default="")
    area = _text(100, load_default="")
    status = _choice(FAMILY_STATUSES, load_default=None, allow_none=True)


class AddMember(MemberRequest):
    """Add one member to a family."""

    family = _id()


class RecordConsent(ConsentRequest):
    """Record one consent of a family."""

    family = _id()


class WithdrawConsent(Schema):
    """Withdraw one consent of a family, from now on."""

    family = _id()
    consent = _id()


class Household(Answer):
    """Describe the household."""

    size = fields.Integer(allow_none=True)
    dwelling = fields.String()
    poverty_score = fields.Float(allow_none=True)


class Member(Answer):
    """Describe one member.

    ``national_id_warning`` is ``check_digit`` where the id is kept although its last digit does not fit the customary
    rule (Egypt and Palestine publish none), else empty. An auditor finds ``national_id`` empty.
    """

    id = fields.String()
    given_name = fields.String()
    family_name = fields.String()
    sex = fields.String()
    birth_date = fields.Date(allow_none=True)
    relationship = fields.String()
    national_id = fields.String()
    national_id_country = fields.String()
    national_id_warning = fields.String()


class Consent(Answer):
    """Describe one consent. It holds from ``granted_at`` until ``expires`` or ``withdrawn_at``, whichever is first."""

    id = fields.String()
    purpose = fields.String()
    granted_at = _time()
    expires = _time()
    withdrawn_at = _time(allow_none=True)
    granted_by = fields.String(metadata={"description": "Id of the member who granted it."})


class Family(Answer):
    """Describe one family whole. An auditor finds ``address``, ``phone`` and national ids empty."""

    id = fields.String()
    version = fields.Integer()
    area = fields.String()
    areas = fields.List(fields.String(), metadata={"description": "The area's ancestors, then the area itself."})
    address = fields.String()
    phone = fields.String(metadata={"description": "E.164."})
    language = fields.String()
    household = fields.Nested(Household)
    head_name = fields.String()
    members = fields.List(fields.Nested(Member))
    consents = fields.List(fields.Nested(Consent))
    status = fields.String()
    registered_at = _time()
    last_modified = _time()


class FamilySummary(Answer):
    """Describe one family in a list."""

    id = fields.String()
    version = fields.Integer()
    area = fields.String()
    areas = fields.List(fields.String())
    language = fields.String()
    head_name = fields.String()
    members_count = fields.Integer()
    status = fields.String()
    last_modified = _time()


class FamilyPage(Answer):
    """Give a page of families; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(FamilySummary))
    next = fields.String()


class FamiliesFound(Answer):
    """Give the families found by an exact look-up."""

    items = fields.List(fields.Nested(FamilySummary))


# --- needs --------------------------------------------------------------------------------------------------------


class RegisterNeed(Schema):
    """Register a need of a family. Without ``area`` it is where the family lives."""

    family = _id()
    subject = _subject(required=True)
    urgency = _choice(URGENCIES, load_default="normal")
    area = _text(100, load_default="")
    point = _point(load_default=None)
    note = _text(2000, load_default="")


class ListNeeds(PageRequest):
    """Filter needs."""

    family = _text(100, load_default="")
    area = _text(100, load_default="")
    subject = _subject(load_default=None, allow_none=True)
    urgency = _choice(URGENCIES, load_default=None, allow_none=True)
    status = _choice(NEED_STATUSES, load_default=None, allow_none=True)


class Need(Answer):
    """Describe one need."""

    id = fields.String()
    version = fields.Integer()
    family = fields.String()
    subject = fields.String()
    urgency = fields.String()
    area = fields.String()
    areas = fields.List(fields.String())
    point = _point()
    note = fields.String()
    status = fields.String()
    registered_at = _time()
    last_modified = _time()


class NeedPage(Answer):
    """Give a page of needs, without their notes."""

    items = fields.List(fields.Nested(Need(exclude=("note",))))
    next = fields.String()


class ProposeAgencies(Schema):
    """Ask who could answer a need; at most ``limit`` agencies on either list."""

    need = _id()
    limit = fields.Integer(load_default=10, validate=validate.Range(min=1, max=50))


class MatchReason(Answer):
    """Say why an agency is, or is not, proposed: a code and its sentence in three languages."""

    code = _choice(MATCH_REASONS)
    message = fields.Dict(keys=_choice(LANGUAGES), values=fields.String())


class Proposed(Answer):
    """Describe one agency that is proposed; ``rank`` starts at 1. ``free_capacity`` is null where it stated none."""

    organization = fields.String()
    name = fields.String()
    rank = fields.Integer()
    area = fields.String()
    distance_m = fields.Integer(allow_none=True)
    free_capacity = fields.Integer(allow_none=True)
    same_area = fields.Boolean()
    reasons = fields.List(fields.Nested(MatchReason))


class NotProposed(Answer):
    """Describe one near agency that is not proposed, and every reason why."""

    organization = fields.String()
    name = fields.String()
    distance_m = fields.Integer(allow_none=True)
    reasons = fields.List(fields.Nested(MatchReason))


class Proposals(Answer):
    """Give the agencies that could answer a need, best first, and the nearest that could not."""

    need = fields.String()
    proposed = fields.List(fields.Nested(Proposed))
    not_proposed = fields.List(fields.Nested(NotProposed))


# --- referrals ----------------------------------------------------------------------------------------------------


class ReferFamily(Schema):
    """Refer a need to an agency. With ``send`` false it stays a draft until ``send_referral``."""

    need = _id()
    organization = _id()
    note = _text(2000, load_default="")
    send = fields.Boolean(load_default=True)


class WithReason(Schema):
    """Name a referral, and say why."""

    id = _id()
    reason = _text(1000, 1, required=True)


class ReportService(Schema):
    """Report a service given; ``at`` is now if not given."""

    id = _id()
    description = _text(1000, 1, required=True)
    quantity = fields.Float(load_default=None, allow_none=True, allow_nan=False, validate=validate.Range(min=0))
    at = _time(load_default=None, allow_none=True)


class CompleteReferral(Schema):
    """Complete a referral. An outcome that is not successful needs a reason."""

    id = _id()
    outcome = _choice(OUTCOMES, required=True)
    reason = _text(1000, load_default="")

    @validates_schema
    def reason_of_failure(self, request: dict[str, Any], **_: Any) -> None:
        """Refuse a failure that nobody explains."""
        if request.get("outcome") == "not_successful" and not request.get("reason", "").strip():
            raise ValidationError("Say why it was not successful.", "reason")


class ReferOnward(WithReason):
    """Hand a referral on to another agency; a new referral, sent, follows this one."""

    organization = _id()


class ListReferrals(PageRequest):
    """Filter referrals."""

    family = _text(100, load_default="")
    need = _text(100, load_default="")
    organization = _text(100, load_default="")
    area = _text(100, load_default="")
    status = _choice(REFERRAL_STATUSES, load_default=None, allow_none=True)
    escalated = fields.Boolean(load_default=None, allow_none=True)


class Service(Answer):
    """Describe one service given."""

    at = _time()
    description = fields.String()
    quantity = fields.Float(allow_none=True)


class ReferralStep(Answer):
    """Describe one step of a referral: the move it made, and who made it (``<role>:<id>``)."""

    at = _time()
    transition = _choice(TRANSITIONS)
    previous_status = fields.String()
    status = fields.String()
    actor = fields.String()
    reason = fields.String()


class RecipientMember(Answer):
    """Describe a member to the agency that is to help: no name, the age in whole years."""

    age = fields.Integer(allow_none=True)
    sex = fields.String()


class Recipient(Answer):
    """Give an agency what a referral needs, as long as the referral is open to it."""

    head_name = fields.String()
    phone = fields.String()
    language = fields.String()
    urgency = fields.String()
    need_note = fields.String()
    members_count = fields.Integer()
    members = fields.List(fields.Nested(RecipientMember))


class Referral(Answer):
    """Describe one referral whole.

    An association finds ``family`` empty, and ``recipient`` only while the referral is ``sent``, ``accepted`` or
    ``in_progress``; a case worker reads the family itself and finds ``recipient`` null.
    """

    id = fields.String()
    version = fields.Integer()
    need = fields.String()
    family = fields.String()
    organization = fields.String()
    subject = fields.String()
    area = fields.String()
    areas = fields.List(fields.String())
    status = _choice(REFERRAL_STATUSES)
    note = fields.String()
    created_at = _time()
    sent_at = _time(allow_none=True)
    deadline = _time(allow_none=True, metadata={"description": "Unanswered until then, it is escalated."})
    expires = _time(allow_none=True, metadata={"description": "Unanswered until then, it expires."})
    escalated_at = _time(allow_none=True)
    accepted_at = _time(allow_none=True)
    closed_at = _time(allow_none=True)
    services = fields.List(fields.Nested(Service))
    outcome = fields.String()
    reason = fields.String()
    history = fields.List(fields.Nested(ReferralStep))
    follows = fields.String(metadata={"description": "The referral that this one follows, or empty."})
    followed_by = fields.String(metadata={"description": "The referral that followed this one, or empty."})
    recipient = fields.Nested(Recipient, allow_none=True)
    last_modified = _time()


class ReferralSummary(Answer):
    """Describe one referral in a list."""

    id = fields.String()
    version = fields.Integer()
    need = fields.String()
    family = fields.String()
    organization = fields.String()
    subject = fields.String()
    area = fields.String()
    status = _choice(REFERRAL_STATUSES)
    sent_at = _time(allow_none=True)
    deadline = _time(allow_none=True)
    escalated_at = _time(allow_none=True)
    outcome = fields.String()
    last_modified = _time()


class ReferralPage(Answer):
    """Give a page of referrals; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(ReferralSummary))
    next = fields.String()


class GetHistory(Schema):
    """Name the family whose case is read."""

    family = _id()


class HistoryEntry(Answer):
    """Describe one step of a case.

    ``what`` names the step: of a family ``registered``, ``changed``, ``member_added``, ``closed``, ``reopened``; of a
    consent ``granted``, ``withdrawn``; of a need ``registered``, ``referred``, ``reopened``, ``met``, ``closed``; of a
    referral one of the transitions. ``changed`` lists field names, never values.
    """

    at = _time()
    kind = _choice(HISTORY_KINDS)
    id = fields.String()
    what = fields.String()
    actor = fields.String()
    subject = fields.String()
    organization = fields.String()
    status = fields.String()
    reason = fields.String()
    changed = fields.List(fields.String())


class History(Answer):
    """Give the whole history of a case, oldest first."""

    family = fields.String()
    items = fields.List(fields.Nested(HistoryEntry))


class GetRecipient(Schema):
    """Ask whom to tell of a referral, at the moment of telling."""

    referral = _id()
    audience = _choice(AUDIENCES, required=True)


class AgencyContact(Answer):
    """Name the agency that a message speaks of."""

    id = fields.String()
    name = fields.String()
    phone = fields.String()


class Contact(Answer):
    """Give an address to write to, and the language to write in.

    Where nobody may be told, ``phone`` and ``email`` are empty and ``withheld`` says why: ``consent_missing``,
    ``no_phone`` or ``no_email``. ``name`` is the head's or the agency's.
    """

    audience = fields.String()
    language = fields.String()
    name = fields.String()
    phone = fields.String()
    email = fields.String()
    withheld = fields.String()
    agency = fields.Nested(AgencyContact)


class ReferralState(Answer):
    """Carry the whole public state of one referral: nothing of the family, no text.

    ``area`` and ``areas`` say where the need is. ``accepted_at`` is set once the agency has accepted, also when the
    referral has moved on since. ``follows`` is the referral that this one follows, or empty. ``deadline`` is null while
    it is a draft.
    """

    id = fields.String(required=True)
    organization = fields.String(required=True)
    area = fields.String(required=True)
    areas = fields.List(fields.String(), required=True)
    subject = _subject(required=True)
    status = _choice(REFERRAL_STATUSES, required=True)
    previous_status = fields.String(required=True)
    transition = _choice(TRANSITIONS, required=True)
    outcome = fields.String(required=True)
    escalated = fields.Boolean(required=True)
    accepted_at = _time(required=True, allow_none=True)
    deadline = _time(required=True, allow_none=True)
    follows = fields.String(required=True)


class ReferralStateRecord(ReferralState):
    """Carry the same for the directory's rebuild, with the record's version."""

    version = fields.Integer(required=True)


class ReferralStatePage(Answer):
    """Give a page of referrals' public states; an empty ``next`` means that there are no more."""

    items = fields.List(fields.Nested(ReferralStateRecord))
    next = fields.String()


class FamilyChangedPayload(Answer):
    """Say that a family's record changed: its opaque id, and what happened."""

    id = fields.String(required=True)
    what = fields.String(required=True)
    status = _choice(FAMILY_STATUSES, required=True)


class NeedChangedPayload(Answer):
    """Say that a need changed: opaque ids, its subject and status, and where it is."""

    id = fields.String(required=True)
    family = fields.String(required=True)
    subject = _subject(required=True)
    urgency = _choice(URGENCIES, required=True)
    status = _choice(NEED_STATUSES, required=True)
    area = fields.String(required=True)


# --- events -------------------------------------------------------------------------------------------------------

REFERRAL_CHANGED = EventContract(
    type="tashbik.referrals.referral.changed.v1",
    service=SERVICE,
    schema=ReferralState,
    description=(
        "Sent in the transaction of every change of a referral, drafts too; `subjectversion` is its version. "
        "Each carries the whole public state, so a projection may ignore any that is older than what it holds."
    ),
    consumers=(Consumer("notifications", "on_referral_changed"), Consumer("projector", "on_directory_event")),
)
FAMILY_CHANGED = EventContract(
    type="tashbik.referrals.family.changed.v1",
    service=SERVICE,
    schema=FamilyChangedPayload,
    description="Sent in the transaction of every change of a family, its members and consents. Opaque ids only.",
    unconsumed="Families stay with this service; the event is there for a node's own integrations, none of which exists yet.",
)
NEED_CHANGED = EventContract(
    type="tashbik.referrals.need.changed.v1",
    service=SERVICE,
    schema=NeedChangedPayload,
    description="Sent in the transaction of every change of a need. Opaque ids only, never the note.",
    unconsumed="Needs are read from this service; figures that count them by area are not built yet.",
)

EVENTS: tuple[EventContract, ...] = (REFERRAL_CHANGED, FAMILY_CHANGED, NEED_CHANGED)


# --- calls --------------------------------------------------------------------------------------------------------


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
)
