/** Hold what the page knows of the node: its areas, kinds of help and organizations, and their names. */

import { isGone, isTooMuch, Latest, readAreas, readOrganization, readPlaces, readSubjects, searchPlaces, type Filters } from "./api";
import type { Language } from "./language";
import { KnownPlaces, TiledPlaces, type Places } from "./places";
import type { Part, Question } from "./question";
import type { Area, LonLat, Place, Subject, Term } from "./types";

const SHORTEST_SEARCH = 2;

/** Tell whether an area is one today: where a map was redrawn, the old one has ended, and lies under the new. */
export function isThere({ valid_from, valid_to }: Pick<Area, "valid_from" | "valid_to">): boolean {
  const today = new Date().toISOString().slice(0, "2026-11-02".length);
  return (valid_from ?? "") <= today && (!valid_to || today <= valid_to);
}

export class Directory {
  /** Those that there are today; of others, which records may still lie in, the names alone are known. */
  areas: Area[] = [];
  subjects: Subject[] = [];
  /** What the last question found. */
  found: Places = new KnownPlaces([], "");
  private readonly latest = new Latest();
  private areaById = new Map<string, Area>();
  /** Subjects and the node's own terms below them, retired ones too. */
  private helpByCode = new Map<string, Subject | Term>();
  private readonly nameById = new Map<string, string>();
  private named: Promise<void> | null = null;

  constructor(
    private readonly language: Language,
    private readonly onNames: () => void,
  ) {}

  /** Read the areas and the kinds of help, once; a failed attempt may be made again. */
  readNames(): Promise<void> {
    this.named ??= this.loadNames().catch((error: unknown) => {
      this.named = null;
      throw error;
    });
    return this.named;
  }

  /** Find what a question asks for. Returns false where a later question took its place. */
  async find(query: string, filters: Filters, near: LonLat | null = null): Promise<boolean> {
    const searches = query.length >= SHORTEST_SEARCH;
    const found = await this.latest.run((signal) => {
      if (searches || near) return this.searched(searches ? query : "", filters, signal, near);
      return filters.bbox ? this.inBox(filters, signal) : this.tiled("", filters, signal);
    });
    if (found) this.found = found;
    return found !== undefined;
  }

  /** Read the name of an organization; false where there is none of this id. */
  async readName(id: string): Promise<boolean> {
    try {
      const { name } = await readOrganization(id, new AbortController().signal);
      this.nameById.set(id, name);
      return true;
    } catch (error) {
      return !isGone(error);
    }
  }

  /** Return those parts of a question whose code the node does not know. */
  unknown({ subject, area }: Question): Part[] {
    const unknown: Part[] = [];
    if (subject && !this.helpByCode.has(subject)) unknown.push("subject");
    if (area && !this.areaById.has(area)) unknown.push("area");
    return unknown;
  }

  /** Return an organization among those found. */
  place(id: string): Place | null {
    return this.found.place(id);
  }

  /** Return an area by its id. */
  area(id: string): Area | null {
    return this.areaById.get(id) ?? null;
  }

  readonly subjectName = (code: string): string => this.language.name(this.helpByCode.get(code)?.names, code);

  readonly areaName = (id: string): string => this.language.name(this.areaById.get(id)?.names, id);

  readonly isName = (words: string): boolean => this.found.isName(words);

  readonly organizationName = (id: string): string => this.nameById.get(id) ?? "";

  /** Return the names of an area and of those that it lies in, the smallest first. */
  readonly areaPath = (id: string): string => {
    const names: string[] = [];
    for (let at = this.areaById.get(id); at && names.length < 8; at = this.areaById.get(at.parent)) {
      names.push(this.areaName(at.id));
    }
    return this.language.list(names.length ? names : [id].filter(Boolean));
  };

  /** Return the areas that hold all others, the largest first; the last of them is the node's own place. */
  get trunk(): Area[] {
    const held: Area[] = [];
    let within = this.areas.filter((area) => !this.areaById.has(area.parent));
    while (within.length === 1 && within[0]) {
      const [place] = within;
      held.push(place);
      within = this.areas.filter((area) => area.parent === place.id);
    }
    return held;
  }

  private async loadNames(): Promise<void> {
    const [areas, subjects] = await Promise.all([readAreas(), readSubjects()]);
    this.subjects = subjects;
    this.areas = areas.filter(isThere);
    this.areaById = new Map(areas.map((area) => [area.id, area]));
    const help = this.subjects.flatMap((subject) => [subject, ...(subject.terms ?? [])]);
    this.helpByCode = new Map(help.map((one) => [one.code, one]));
    this.onNames();
  }

  private async searched(query: string, filters: Filters, signal: AbortSignal, near: LonLat | null): Promise<Places> {
    const { places: first, more } = await searchPlaces(query, filters, signal, near);
    if (!more || near) return new KnownPlaces(first, more ? "near" : "");
    const placed = await readPlaces(query, filters, signal);
    if (!placed) return filters.bbox ? new KnownPlaces(first, "search") : this.tiled(query, filters, signal);
    const best = new Set(first.map(({ id }) => id));
    return new KnownPlaces([...first, ...placed.filter(({ id }) => !best.has(id))], "unplaced");
  }

  /** Read tiles; or the first ones alone, where more fit than can be drawn together. */
  private async tiled(query: string, filters: Filters, signal: AbortSignal): Promise<Places> {
    try {
      return await TiledPlaces.open({ ...filters, query }, this.language.compare);
    } catch (error) {
      if (!isTooMuch(error)) throw error;
      return new KnownPlaces((await searchPlaces(query, filters, signal)).places, "search");
    }
  }

  /** Read all in a box that an address asks for: no tile is cut by it. */
  private async inBox(filters: Filters, signal: AbortSignal): Promise<Places> {
    const places = await readPlaces("", filters, signal);
    if (!places) return new KnownPlaces((await searchPlaces("", filters, signal)).places, "search");
    places.sort((one, other) => this.language.compare(one.name, other.name));
    return new KnownPlaces(places, "");
  }
}
