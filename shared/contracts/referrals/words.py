"""List the words that the referrals service knows: statuses, purposes, relationships and the like.

The service's domain has its own enumerations; a test holds the two together.
"""

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
FAMILY_CHANGES = (
    "registered",
    "changed",
    "member_added",
    "consent_granted",
    "consent_withdrawn",
    "closed",
    "reopened",
)
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
    "from_area_centre",
    "free_capacity",
    "capacity_unknown",
    "speaks_language",
    "other_language",
    "no_capability",
    "no_free_capacity",
    "rejected_before",
    "expired_before",
    "returned_before",
    "tried_before",
    "inactive",
    "out_of_area",
)
