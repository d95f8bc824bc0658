/** Hold what the page shows as one value that can be written into its address and read back, so that it can be shared. */

import type { Filters } from "./api";

export interface View {
  latitude: number;
  longitude: number;
  zoom: number;
}

export interface State extends Filters {
  query: string;
  /** Where the map looks; null for all there is. */
  view: View | null;
  /** Id of the organization whose details are open, or empty. */
  selected: string;
}

const LONGEST = 200;

/** Return the state that an address's query part describes; what cannot be read is left at its default. */
export function readState(search: string): State {
  const given = new URLSearchParams(search);
  const text = (name: string) => (given.get(name) ?? "").slice(0, LONGEST);
  return {
    query: text("q"),
    subject: text("subject"),
    area: text("area"),
    type: text("type"),
    cooperation: given.get("cooperation") === "yes",
    view: readView(text("at")),
    selected: text("organization"),
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
    cooperation: state.cooperation ? "yes" : "",
    at: state.view ? writeView(state.view) : "",
    organization: state.selected,
  };
  const kept = Object.entries(wanted).filter(([, value]) => value);
  return `?${new URLSearchParams(kept)}`.replace(/%2C/g, ",");
}

/** Say whether anything narrows the directory down. */
export function isNarrowed({ query, subject, area, type, cooperation }: State): boolean {
  return [query, subject, area, type, cooperation].some(Boolean);
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
