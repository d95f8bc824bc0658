/** Read from the gateway. Addresses are relative to the page; nothing is read from another host. */

import type { Box } from "./map/geometry";
import type {
  Area,
  AreasFigures,
  Figures,
  Gaps,
  LonLat,
  MapConfig,
  Organization,
  Outlines,
  Page,
  Place,
  PlaceProperties,
  Service,
  Subject,
} from "./types";

export const SEARCH_LIMIT = 50;
const GAPS_LIMIT = 20;
/** Metres around a place in which the nearest are sought. */
const FARTHEST = "500000";
const TIMEOUT = 20_000;
/** More bytes of outlines are not taken: a browser could not draw them in time, and a telephone pays for each. */
const OUTLINES_MOST = 12_000_000;
/** More bytes of points are not taken, which are those of some 10,000 organizations. */
const POINTS_MOST = 4_000_000;

export interface Filters {
  subject: string;
  area: string;
  type: string;
  /** At least so many members, and a capacity for at least so many families; 0 asks for none. */
  members: number;
  capacity: number;
  cooperation: boolean;
  /** Open at this moment, as far as its services say when they are. */
  open: boolean;
  /** Id of the organization that they are a part or a member of, or empty. */
  memberOf: string;
  /** West, south, east and north of a box that they are in, as the gateway reads it, or empty. */
  bbox: string;
}

/** Words, or none, and filters. */
export interface Asked extends Filters {
  query: string;
}

/** Say that the gateway did not give an answer that can be used; `status` is 0 where it was not reached. */
export class ApiError extends Error {
  constructor(readonly status: number) {
    super(`the gateway answered ${status}`);
  }
}

/** Say whether an answer tells that what was asked for is not there, or not any more. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && [404, 410].includes(error.status);
}

/** Say whether an answer tells that too much fits, or takes too long to find: the question is to be narrowed. */
export function isTooMuch(error: unknown): boolean {
  return error instanceof ApiError && error.status === 422;
}

export const readConfig = (): Promise<MapConfig> => get("map-config.json");
export const readFigures = (): Promise<Figures> => get("figures");
export const readAreaFigures = (): Promise<AreasFigures> => get("figures/areas");
/** Return the outlines of all areas; null where they are too large to be of use. */
export const readOutlines = (): Promise<Outlines | null> =>
  ask("areas.geojson", {}, (response) => bounded<Outlines>(response, OUTLINES_MOST));
export const readAreas = async (): Promise<Area[]> => (await get<Page<Area>>("areas")).items;
export const readSubjects = async (): Promise<Subject[]> => (await get<Page<Subject>>("subjects")).items;

export function readOrganization(id: string, signal: AbortSignal): Promise<Organization> {
  return get(`organizations/${encodeURIComponent(id)}`, {}, signal);
}

/** Return the first members of an organization, and whether there are more. */
export async function readMembers(id: string): Promise<{ places: Place[]; more: boolean }> {
  const page = await get<Page<Organization>>("organizations", { member_of: id, limit: "200" });
  return { places: page.items.map(placeOf), more: Boolean(page.next) };
}

/** Return where the members of an organization are, those that have a place. */
export async function readMemberPoints(id: string, signal: AbortSignal): Promise<LonLat[]> {
  type Points = GeoJSON.FeatureCollection<GeoJSON.Point>;
  const points = await get<Points>("organizations.geojson", { member_of: id }, signal);
  return points.features.map(({ geometry }) => geometry.coordinates.slice(0, 2) as LonLat);
}

/** Return all services of an organization that are given at present, or closed for a time. */
export async function readServices(id: string): Promise<Service[]> {
  const services: Service[] = [];
  let after = "";
  do {
    const page = await get<Page<Service>>("services", { organization_id: id, limit: "200", after });
    services.push(...page.items);
    after = page.next ?? "";
  } while (after);
  return services;
}

/** Return every organization that words and filters find and that has a place on the map; null where they are too many. */
export async function readPlaces(query: string, filters: Filters, signal: AbortSignal): Promise<Place[] | null> {
  type Points = GeoJSON.FeatureCollection<GeoJSON.Point, PlaceProperties>;
  const asked = { ...parameters(filters), q: query };
  const points = await ask("organizations.geojson", asked, (response) => bounded<Points>(response, POINTS_MOST), signal);
  return points && points.features.map(({ properties, geometry }) => ({
    id: properties.id,
    name: properties.name,
    type: properties.organization_type,
    subjects: properties.subjects ?? [],
    terms: properties.terms ?? [],
    cooperation: properties.international_cooperation,
    area: properties.area ?? "",
    point: geometry.coordinates.slice(0, 2) as LonLat,
  }));
}

/** Return the best matches of a search, or with `near` the nearest, best first, and whether there are more than `SEARCH_LIMIT`. */
export async function searchPlaces(
  query: string,
  filters: Filters,
  signal: AbortSignal,
  near: LonLat | null = null,
): Promise<{ places: Place[]; more: boolean }> {
  const around: Record<string, string> = near ? { near: `${near[1]},${near[0]}`, within: FARTHEST } : {};
  const asked = { ...parameters(filters), q: query, limit: String(SEARCH_LIMIT), ...around };
  const page = await get<Page<Organization>>("organizations", asked, signal);
  return { places: page.items.map(placeOf), more: Boolean(page.next) };
}

/** Return an organization as list and map show it: its first location that has coordinates is its point. */
export function placeOf(organization: Organization): Place {
  const located = organization.locations?.find((one) => one.latitude != null && one.longitude != null);
  return {
    id: organization.id,
    name: organization.name,
    type: organization.organization_type,
    subjects: (organization.capabilities ?? []).map((capability) => capability.subject),
    terms: (organization.capabilities ?? []).flatMap((capability) => capability.terms ?? []),
    cooperation: organization.international_cooperation,
    area: organization.area ?? "",
    distance: organization.distance_m,
    point: located ? [located.longitude as number, located.latitude as number] : null,
  };
}

/** Return filters as the gateway asks for them; empty ones are left out of an address. */
export function parameters(filters: Filters): Record<string, string> {
  return {
    subject: filters.subject,
    area: filters.area,
    organization_type: filters.type,
    international_cooperation: filters.cooperation ? "true" : "",
    min_members: filters.members ? String(filters.members) : "",
    min_capacity: filters.capacity ? String(filters.capacity) : "",
    open_now: filters.open ? "true" : "",
    member_of: filters.memberOf,
    bbox: filters.bbox,
  };
}

/** Return up to `SEARCH_LIMIT` organizations in a box, or anywhere, that are asked for, and whether there are more. */
export async function readWithin(wanted: Asked, box: Box | null): Promise<{ places: Place[]; more: boolean }> {
  const bbox = box ? box.map((degrees) => degrees.toFixed(5)).join() : "";
  const asked = { ...parameters(wanted), q: wanted.query, bbox, limit: String(SEARCH_LIMIT) };
  const page = await get<Page<Organization>>("organizations", asked);
  return { places: page.items.map(placeOf), more: Boolean(page.next) };
}

/** Return where help is missing, worst first, of a subject and in an area, or of any. */
export function readGaps(subject: string, area: string, signal: AbortSignal): Promise<Gaps> {
  return get("gaps", { subject, area, limit: String(GAPS_LIMIT) }, signal);
}

/** Return a vector tile of organizations as it is sent. */
export function readTile(name: string, wanted: Asked): Promise<ArrayBuffer> {
  const asked = { ...parameters(wanted), q: wanted.query };
  return ask(`tiles/organizations/${name}.mvt`, asked, (response) => response.arrayBuffer());
}

function get<Answer>(path: string, asked: Record<string, string> = {}, signal?: AbortSignal): Promise<Answer> {
  return ask(path, asked, async (response) => (await response.json()) as Answer, signal);
}

async function ask<Answer>(
  path: string,
  asked: Record<string, string>,
  read: (response: Response) => Promise<Answer>,
  signal?: AbortSignal,
): Promise<Answer> {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of Object.entries(asked)) if (value) url.searchParams.set(name, value);
  const attempt = new AbortController();
  const timer = setTimeout(() => attempt.abort(), TIMEOUT);
  const giveUp = () => attempt.abort();
  signal?.addEventListener("abort", giveUp);
  try {
    const response = await fetch(url, { headers: { Accept: "application/json, */*;q=0.5" }, signal: attempt.signal });
    if (!response.ok) throw new ApiError(response.status);
    return await read(response);
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(0);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", giveUp);
  }
}

/** Return what an answer says, and null of one that is too long to be of use: it is not read to its end. */
async function bounded<Answer>(response: Response, most: number): Promise<Answer | null> {
  const reader = response.body?.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (let piece = await reader?.read(); piece?.value; piece = await reader?.read()) {
    parts.push(piece.value);
    length += piece.value.length;
    if (length > most) {
      await reader?.cancel();
      return null;
    }
  }
  return JSON.parse(await new Blob(parts).text()) as Answer;
}

/** Keep one request of a kind under way: starting another gives up the one before. */
export class Latest {
  private current = new AbortController();

  /** Return the answer, or undefined where a later request took this one's place. */
  async run<Answer>(request: (signal: AbortSignal) => Promise<Answer>): Promise<Answer | undefined> {
    this.stop();
    const mine = this.current;
    try {
      const answer = await request(mine.signal);
      return mine.signal.aborted ? undefined : answer;
    } catch (error) {
      if (mine.signal.aborted) return undefined;
      throw error;
    }
  }

  /** Give up the request that is under way, if any. */
  stop(): void {
    this.current.abort();
    this.current = new AbortController();
  }
}
