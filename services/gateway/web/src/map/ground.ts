/** What the map is drawn on: MapLibre (`libre.ts`) where the browser has WebGL 2, Leaflet (`leaflet.ts`) where it has not. */

import type { Language } from "../language";
import type { View } from "../state";
import type { LonLat, Outlines } from "../types";
import type { Box } from "./geometry";
import type { Links } from "./links";
import type { Spot } from "./names";

/** How close a reader may look. */
export const CLOSEST = 18;

/** What both programs tell of what is in sight, by the same names. */
interface Sight {
  getCenter(): { lng: number; lat: number };
  getBounds(): { getWest(): number; getSouth(): number; getEast(): number; getNorth(): number };
}

/** Return the middle of what is in sight. */
export function centreOf(map: Sight): LonLat {
  const { lng, lat } = map.getCenter();
  return [lng, lat];
}

/** Return the box of what is in sight. */
export function boxOf(map: Sight): Box {
  const bounds = map.getBounds();
  return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
}

export interface GroundOptions {
  container: HTMLElement;
  language: Language;
  baseMap: string;
  view: View | null;
}

/** How far to stay from the map's edges, in pixels. */
export interface Padding {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** How to bring a box into sight: so far from the edges, no closer than that. */
export interface Framing {
  padding: Padding;
  closest: number;
  animate: boolean;
}

/** Zooms are MapLibre's on either ground, so that an address shows the same. */
export interface Ground {
  readonly onBaseMap: boolean;
  readonly zoom: number;
  readonly centre: LonLat;
  readonly box: Box;
  /** Return where a point stands, in pixels from the top left. */
  project(point: LonLat): Spot;
  /** Tell each step of a movement, and its end: whether a person chose it, rather than the page. */
  listen(moved: () => void, ended: (byChoice: boolean) => void): void;
  /** Look at a point; `byChoice` where a person asked for it. */
  look(centre: LonLat, zoom: number, byChoice: boolean): void;
  fit(box: Box, framing: Framing, byChoice: boolean): void;
  /** Keep an element at a point, so many pixels aside; return what takes it away. */
  stand(element: HTMLElement, at: LonLat, offset: [right: number, down: number]): () => void;
  /** Draw the outlines of areas; each has its `order` in the list. */
  drawOutlines(outlines: Outlines): Promise<void>;
  /** Tint one area; an empty id tints none. */
  chooseArea(id: string): void;
  /** Shade areas: each in a colour, or hatched where its number is not published; null shades none. */
  shade(colours: ReadonlyMap<string, string | null> | null): void;
  /** Draw the way between two points, or none. */
  drawWay(ends: [LonLat, LonLat] | null): void;
  drawNetwork(links: Links | null): Promise<void>;
  /** Draw anew at once and return the canvas, which holds its picture until the browser's next turn; null where paper needs none. */
  picture(): HTMLCanvasElement | null;
}
