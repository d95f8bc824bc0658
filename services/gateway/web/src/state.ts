/** Hold what the page shows as one value that can be written into its address and read back, so that it can be shared. */

import type { Panel } from "./coverage";
import { TYPES } from "./icons";
import { parts, type Part, type Question } from "./question";
import { SHADES, type Shade } from "./shades";

export interface View {
  latitude: number;
  longitude: number;
  zoom: number;
}

export interface State extends Question {
  /** Where the map looks; null for all there is. */
  view: View | null;
  /** The figure that areas are shaded by, or empty. */
  shade: Shade | "";
  /** What stands in the list's place, or empty. */
  panel: Panel;
  /** Id of the organization whose details are open, or empty. */
  selected: string;
  /** Id of the organization whose links to its members are drawn, or empty. */
  network: string;
  /** Ids of the two areas that are compared, or none. */
  compare: string[];
  /** Whether the page is a part of another: the map alone. */
  embed: boolean;
}

const LONGEST = 200;
const PANELS: Panel[] = ["table", "gaps"];
/** What the gateway calls the same, so that what is asked of it can be asked of the page. */
const ALSO: Record<string, string> = {
  type: "organization_type",
  members: "min_members",
  capacity: "min_capacity",
  cooperation: "international_cooperation",
  open: "open_now",
};
/** What others hang onto addresses to know who follows them; it asks nothing of us. */
const HUNG_ON = /^(utm_\w+|\w*clid|ref)$/;
const ASKS_NOTHING = /^(|0|no|false)$/;
const BOX_EDGES = [180, 90, 180, 90];

/** Return the state that an address's query part describes; what cannot be read is left at its default. */
export function readState(search: string): State {
  const given = new URLSearchParams(search);
  const text = (name: string) => (given.get(name) ?? given.get(ALSO[name] ?? name) ?? "").slice(0, LONGEST);
  const yes = (name: string) => ["yes", "true"].includes(text(name));
  return {
    query: text("q"),
    subject: text("subject"),
    area: text("area"),
    type: TYPES.find((type) => type === text("type")) ?? "",
    members: readCount(text("members")),
    capacity: readCount(text("capacity")),
    cooperation: yes("cooperation"),
    open: yes("open"),
    memberOf: text("member_of"),
    bbox: readBox(text("bbox")),
    view: readView(text("at")),
    shade: SHADES.find((shade) => shade === text("shade")) ?? "",
    panel: PANELS.find((panel) => panel === text("panel")) ?? "",
    selected: text("organization"),
    network: text("network"),
    compare: readPair(text("compare")),
    embed: yes("embed"),
  };
}

/** Return what an address's query part asks for that cannot be used, as it stands there. */
export function unread(search: string): string[] {
  const given = new URLSearchParams(search);
  const used = new URLSearchParams(writeState(readState(search), "en"));
  const own = (name: string) => Object.keys(ALSO).find((known) => ALSO[known] === name) ?? name;
  const lost = [...given].filter(([name, value]) => !used.has(own(name)) || value !== given.get(name));
  const asking = lost.filter(([name, value]) => !HUNG_ON.test(name) && !ASKS_NOTHING.test(value.trim()));
  return asking.map(([name, value]) => `${name}=${value}`.slice(0, LONGEST));
}

/** Return the query part of the address of a state, in a language. Defaults are left out. */
export function writeState(state: State, language: string): string {
  const wanted = {
    lang: language,
    q: state.query,
    subject: state.subject,
    area: state.area,
    type: state.type,
    members: state.members ? String(state.members) : "",
    capacity: state.capacity ? String(state.capacity) : "",
    cooperation: state.cooperation ? "yes" : "",
    open: state.open ? "yes" : "",
    member_of: state.memberOf,
    bbox: state.bbox,
    shade: state.shade,
    panel: state.panel,
    at: state.view ? writeView(state.view) : "",
    organization: state.selected,
    network: state.network,
    compare: state.compare.join(),
    embed: state.embed ? "yes" : "",
  };
  const kept = Object.entries(wanted).filter(([, value]) => value);
  return `?${new URLSearchParams(kept)}`.replace(/%2C/g, ",");
}

/** Return a part of a question as it stands in an address. */
export function asWritten(question: Question, part: Part): string {
  return `${part === "memberOf" ? "member_of" : part}=${question[part]}`;
}

/** Say whether anything narrows the directory down. */
export function isNarrowed(state: State): boolean {
  return parts(state).length > 0;
}

function readPair(text: string): string[] {
  const ids = text.split(",").filter(Boolean);
  return ids.length === 2 ? ids : [];
}

function readCount(text: string): number {
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 0;
}

function readBox(text: string): string {
  const edges = text.split(",").map((edge) => (edge.trim() ? Number(edge) : NaN));
  const real = edges.length === 4 && edges.every((edge, at) => Math.abs(edge) <= (BOX_EDGES[at] ?? 0));
  return real && (edges[1] as number) < (edges[3] as number) ? edges.join() : "";
}

function readView(text: string): View | null {
  const [latitude, longitude, zoom] = text.split(",").map(Number);
  if (latitude === undefined || longitude === undefined || zoom === undefined) return null;
  const real = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && zoom >= 0 && zoom <= 24;
  return real ? { latitude, longitude, zoom } : null;
}

function writeView(view: View): string {
  return [view.latitude.toFixed(4), view.longitude.toFixed(4), view.zoom.toFixed(2)].join(",");
}
