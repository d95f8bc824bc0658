"""Say what the records of a package are classified by: our taxonomies, the areas they lie in, and others' terms.

A package has to have every term that a row of it names. Areas are terms below one another, by their codes; of other
taxonomies no more is known than a term's id. An attribute without a term bears :data:`UNCLASSIFIED`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from contracts.registry import LANGUAGES
from services.gateway.hsds.ids import part_id
from services.gateway.hsds.places import NAMED_IN
from services.gateway.hsds.taxonomies import CANONICAL, TAXONOMIES, TERMS, Json, Taxonomy, Term

AREA = "area"
"""How the attribute is called that says where a record lies."""
LANGUAGE = "language"
"""How the attribute is called that says which language is an organization's, where no place of it says so."""
AREAS_TAXONOMY = Taxonomy("areas", "Areas", "Countries, governorates, counties and localities, by their codes.")
UNCLASSIFIED = part_id("tashbik", "term", "unclassified")

Row = tuple[str, Json]


def area_term(code: str) -> str:
    """Return the id of an area's term."""
    return part_id(AREAS_TAXONOMY.id, "term", code)


def unclassified() -> Json:
    """Return the term of what has none."""
    return {"id": UNCLASSIFIED, "code": "unclassified", "name": "Unclassified", "language": CANONICAL}


def foreign(id_: str, name: str) -> Json:
    """Return a term of another's taxonomy, as far as it is known here."""
    return {"id": id_, "name": name or id_}


def ours(own: Iterable[Term] = ()) -> Iterator[Row]:
    """Yield the rows of our taxonomies and of their terms, the node's own too, and of the areas' taxonomy."""
    for taxonomy in (*TAXONOMIES.values(), AREAS_TAXONOMY):
        yield "taxonomy", taxonomy.shown
    for term in (*TERMS.values(), *own):
        yield "taxonomy_term", term.shown


def of_areas(codes: Iterable[str], areas: Mapping[str, Json]) -> Iterator[Row]:
    """Yield the rows of some areas, by what is known of them; one that nobody knows is named by its code."""
    for code in sorted(codes):
        yield "taxonomy_term", _area(code, areas.get(code, {}))


def above(areas: Iterable[Json]) -> set[str]:
    """Return the codes on the ways down to some areas, their own among them."""
    return {code for area in areas for code in area["path"]}


def _area(code: str, area: Json) -> Json:
    names = area.get("names", {})
    language = next((one for one in (CANONICAL, *NAMED_IN) if names.get(one)), "")
    path = area.get("path", [])
    parent = {"parent_id": area_term(path[-2])} if len(path) > 1 else {}
    return {
        "id": area_term(code),
        "code": code,
        "name": names.get(language) or code,
        "description": " · ".join(filter(None, (names.get(one) for one in LANGUAGES))),
        **parent,
        "taxonomy": AREAS_TAXONOMY.name,
        "taxonomy_id": AREAS_TAXONOMY.id,
        "language": language,
    }
