/** Hold what the page shows as one value that can be written into its address and read back, so that it can be shared. */

import type { Panel } from "./coverage";
import { parts, type Question } from "./question";
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

/** Return the state that an address's query part describes; what cannot be read is left at its default. */
export function readState(search: string): State {
  const given = new URLSearchParams(search);
  const text = (name: string) => (given.get(name) ?? "").slice(0, LONGEST);
  return {
    query: text("q"),
    subject: text("subject"),
    area: text("area"),
    type: text("type"),
    members: readCount(text("members")),
    capacity: readCount(text("capacity")),
    cooperation: given.get("cooperation") === "yes",
    open: given.get("open") === "yes",
    view: readView(text("at")),
    shade: SHADES.find((shade) => shade === text("shade")) ?? "",
    panel: PANELS.find((panel) => panel === text("panel")) ?? "",
    selected: text("organization"),
    network: text("network"),
    compare: readPair(text("compare")),
    embed: given.get("embed") === "yes",
  };
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

function readView(text: string): View | null {
  const [latitude, longitude, zoom] = text.split(",").map(Number);
  if (latitude === undefined || longitude === undefined || zoom === undefined) return null;
  const real = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && zoom >= 0 && zoom <= 24;
  return real ? { latitude, longitude, zoom } : null;
}

function writeView(view: View): string {
  return [view.latitude.toFixed(4), view.longitude.toFixed(4), view.zoom.toFixed(2)].join(",");
}
