"""Say which subjects of needs, and which of the node's own terms, the terms of a package's taxonomies mean.

Every term stays as an attribute besides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cli.hsds_package import told
from cli.hsds_package.making import Maker, Record, given, listed
from cli.hsds_package.shelf import Row
from cli.hsds_package.tables import BY_NAME
from cli.hsds_package.unmeant import keyed
from contracts.registry.hsds import LINE, NOTE, SOME
from contracts.registry.words import TERMS_BORNE
from contracts.subjects import SUBJECTS, subject_of
from contracts.text import fold
from services.gateway.hsds.foreign import made_id

DEPTH = 10
"""Terms above a term that are looked at: one that says nothing itself means what the nearest of them does."""
OURS: Mapping[str, str] = {
    fold(word): code
    for code, one in SUBJECTS.items()
    for word in (code, code.replace("_", " "), one.ar, one.fa, one.en)
}


def classified(maker: Maker, service: Row) -> Record:
    """Return what terms say of a service: its subjects, the node's own terms below these, and attributes."""
    if maker.exact:
        return told.service(maker, service)
    said = list(_terms(maker, service))
    terms = [term for term, _ in said]
    meant = [(_meant(maker, term), subject_of(maker.own.code(term))) for term in terms]
    subjects = list(dict.fromkeys(one for place in (0, 1) for both in meant if (one := both[place])))
    unmeant = keyed(term for term, both in zip(terms, meant, strict=True) if not any(both))
    maker.unmeant.note(unmeant, alone=not subjects)
    return given(
        subjects=maker.first(service, subjects, SOME, "subjects"),
        terms=maker.first(service, maker.own.borne(terms), TERMS_BORNE, "terms"),
        attributes=_attributes(maker, service, said),
    )


def of_organization(maker: Maker, organization: Row) -> Record:
    """Return what terms say of an organization: its capabilities and attributes."""
    rows = maker.reading.shelf.children("attributes", "link_id", organization.id)
    named = [one for one in rows if one["link_entity"] in BY_NAME["organizations"].files]
    terms = [(_term(maker, one["taxonomy_term_id"]), one) for one in named]
    made = [_attribute(maker, term, said) for term, said in terms]
    return given(
        capabilities=_capabilities(maker, organization, [term for term, _ in terms]),
        attributes=maker.first(organization, made, SOME, "attributes"),
    )


def _capabilities(maker: Maker, organization: Row, terms: list[Row]) -> list[Record]:
    """Return the capabilities of an organization that the node's own terms say; no other term says one."""
    found: dict[str, list[str]] = {}
    for code in maker.own.borne(terms):
        found.setdefault(subject_of(code), []).append(code)
    return [
        {"subject": subject, "terms": maker.first(organization, codes, TERMS_BORNE, "terms")}
        for subject, codes in found.items()
    ]


def _attributes(maker: Maker, service: Row, terms: list[tuple[Row, Row]]) -> list[Record]:
    """Return the terms of a service, and how it may be paid for."""
    made = [_attribute(maker, term, said) for term, said in terms]
    payments = [maker.cut(one, "payment", NOTE) for one in maker.owned("payments_accepted", "service_id", service.id)]
    payments += maker.words(service, "accepted_payments", NOTE)
    made += [{"link_type": "payment", "value": one} for one in payments]
    made += [{"link_type": "keyword", "value": one} for one in maker.words(service, "keywords", NOTE)]
    return maker.first(service, made, SOME, "attributes")


def _terms(maker: Maker, service: Row) -> Iterator[tuple[Row, Row]]:
    """Yield each term of a service, and the row that says so. A term that is not in the package has only its id."""
    for said in maker.reading.shelf.children("services_taxonomy", "service_id", service.id):
        yield _term(maker, said["taxonomy_id"]), said
    for said in maker.reading.shelf.children("attributes", "link_id", service.id):
        if said["link_entity"] and said["link_entity"] not in BY_NAME["services"].files:
            continue  # rows of different tables may bear one id
        yield _term(maker, said["taxonomy_term_id"]), said
    for term_id in listed(service["taxonomy_ids"]):
        yield _term(maker, term_id), Row(service.file, service.number, {})


def _term(maker: Maker, term_id: str) -> Row:
    return maker.reading.shelf.get("taxonomy_terms", term_id) or Row("", 0, {"id": term_id} if term_id else {})


def _meant(maker: Maker, term: Row) -> str:
    for _ in range(DEPTH):
        for word in (term.id, term["code"], term["name"]):
            if found := maker.subjects.get(fold(word), "") or OURS.get(fold(word), ""):
                return found
        if not term["parent_id"]:
            break
        term = _term(maker, term["parent_id"])
    return ""


def _attribute(maker: Maker, term: Row, said: Row) -> Record:
    texts = {
        "link_type": (said["link_type"] or "taxonomy", LINE),
        "label": (said["label"] or term["name"] or term.id, LINE),
        "value": (said["value"] or said["taxonomy_detail"] or term["code"] or term.id, NOTE),
    }
    made = maker.identified(said) | {name: maker.shortened(said, name, *text) for name, text in texts.items()}
    return made | ({"taxonomy_term_id": made_id(term.id, _taxonomy(maker, term), term["name"])} if term.id else {})


def _taxonomy(maker: Maker, term: Row) -> str:
    """Return what a package calls the taxonomy of a term; empty where it does not say."""
    taxonomy = maker.reading.shelf.get("taxonomies", term["taxonomy_id"]) if term["taxonomy_id"] else None
    return term["taxonomy"] or term["vocabulary"] or (taxonomy["name"] if taxonomy else "")
