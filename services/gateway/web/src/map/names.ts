/** Name areas on the map, each beside its centre where no marker and no other name stands. */

import { h } from "../dom";
import type { Language } from "../language";
import type { Area, LonLat } from "../types";
import type { Sign } from "./signs";

const AT_MOST = 80;
/** From which zoom, and up to which, the names of a level's areas are shown. */
const NAMED: Record<string, [from: number, to: number]> = {
  country: [0, 5],
  governorate: [4, 8],
  county: [7, 14],
  locality: [12, 25],
};
const LETTER_WIDTH = 8.2;
const LINE_HEIGHT = 20;
const BESIDE = 30;
const CHOSEN_HALF = 28;
const CHOSEN_WIDTH = 208;
const CHOSEN_PADDING = 8;
const CHOSEN_EDGE = 6;

/** A place on the screen, in pixels. */
export interface Spot {
  x: number;
  y: number;
}

/** Something on the screen that a name must not cover: its middle and half its size. */
export interface Obstacle extends Spot {
  halfWidth: number;
  halfHeight: number;
}

/** Return how far aside from `x` a name stands whole in a map so wide; not so far that it leaves its badge. */
export function aside(x: number, halfWidth: number, wide: number): number {
  const most = Math.max(0, halfWidth - CHOSEN_HALF);
  const shift = Math.max(0, halfWidth + CHOSEN_EDGE - x) + Math.min(0, wide - halfWidth - CHOSEN_EDGE - x);
  return Math.max(-most, Math.min(most, shift));
}

/** Return what the sign of a chosen organization covers: its badge, and its name beneath in one line or more. */
export function chosenObstacles({ x, y }: Spot, name: string, wide: number): Obstacle[] {
  const width = name.length * LETTER_WIDTH;
  const halfHeight = (Math.ceil(width / CHOSEN_WIDTH) * LINE_HEIGHT) / 2 + CHOSEN_PADDING;
  const badge = { x, y, halfWidth: CHOSEN_HALF, halfHeight: CHOSEN_HALF };
  const halfWidth = Math.min(width, CHOSEN_WIDTH) / 2 + CHOSEN_PADDING;
  return [badge, { x: x + aside(x, halfWidth, wide), y: y + CHOSEN_HALF + halfHeight, halfWidth, halfHeight }];
}

/** Return signs for the areas' names; one that fits nowhere is left out, those named first come first. */
export function nameSigns(
  areas: Area[],
  language: Language,
  zoom: number,
  toScreen: (point: LonLat) => Spot | null,
  obstacles: Obstacle[],
): Sign[] {
  const taken = [...obstacles];
  const signs: Sign[] = [];
  for (const area of areas) {
    const middle = isNamed(area, zoom) && area.centre ? toScreen(area.centre) : null;
    if (!middle || !area.centre) continue;
    const name = language.name(area.names, area.id);
    const free = around(middle, name).find((box) => !taken.some((other) => overlap(box, other)));
    if (!free) continue;
    taken.push(free);
    signs.push(nameSign(area, area.centre, name, [free.x - middle.x, free.y - middle.y]));
    if (signs.length === AT_MOST) break;
  }
  return signs;
}

function isNamed(area: Area, zoom: number): boolean {
  const [from, to] = NAMED[area.level] ?? [Infinity, 0];
  return from <= zoom && zoom < to;
}

/** Return where a name may stand: on the middle, above, below, right or left of it, or a little aslant. */
function around(middle: Spot, name: string): Obstacle[] {
  const halfWidth = (name.length * LETTER_WIDTH) / 2 + 2;
  const aside = halfWidth + BESIDE - 2;
  const near: [number, number][] = [[0, 0], [0, -BESIDE], [0, BESIDE], [aside, 0], [-aside, 0]];
  const slant = [-BESIDE, BESIDE].flatMap((y): [number, number][] => [[halfWidth / 2, y], [-halfWidth / 2, y]]);
  const steps = [...near, ...slant];
  return steps.map(([x, y]) => ({ x: middle.x + x, y: middle.y + y, halfWidth, halfHeight: LINE_HEIGHT / 2 }));
}

function overlap(one: Obstacle, other: Obstacle): boolean {
  const beside = Math.abs(one.x - other.x) >= one.halfWidth + other.halfWidth;
  const above = Math.abs(one.y - other.y) >= one.halfHeight + other.halfHeight;
  return !beside && !above;
}

function nameSign(area: Area, at: LonLat, name: string, offset: [number, number]): Sign {
  const attributes = { class: `sign area-name area-${area.level}`, "aria-hidden": "true" };
  const build = () => h("span", attributes, name);
  return { key: `${area.id} ${offset.map(Math.round).join()}`, at, offset, build };
}
