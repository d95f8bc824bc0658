/** Name areas on the map, each near its centre and on its own ground, where no marker and no other name stands. */

import { h } from "../dom";
import type { Language } from "../language";
import type { Area, LonLat } from "../types";
import type { Extents } from "./extents";
import type { Sign } from "./signs";
import { widthOf } from "./widths";

const AT_MOST = 80;
/** From which zoom, and up to which, the names of a level's areas are shown; */
const NAMED: Record<string, [from: number, to: number]> = {
  country: [0, 5],
  governorate: [4, 8],
  county: [7, 14],
  locality: [12, 25],
};
/** and how much earlier those of areas that are as wide as their names, and have them whole on their ground. */
const EARLIER = 1.5;
const LETTER_WIDTH = 8.2;
const LINE_HEIGHT = 20;
const BESIDE = 30;
/** How far names stand apart, half of it. */
const GAP = 3;
/** How far a name may stand from the centre of an area whose outline is known. */
const AFIELD = [BESIDE, 24, 38, 50, 62];
/** What of a name, around its middle, lies on its area at least: to the left and right, above and below. */
const FOOT: Step[] = [[-8, -3], [8, -3], [-8, 3], [8, 3]];
const TILE = 512;
const CHOSEN_HALF = 28;
const CHOSEN_WIDTH = 208;
const CHOSEN_PADDING = 8;
const CHOSEN_EDGE = 6;

/** A place on the screen, in pixels. */
export interface Spot {
  x: number;
  y: number;
}

/** How far to the right, and down. */
type Step = [x: number, y: number];

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

/**
 * Return signs for the areas' names on a map so wide; one that fits nowhere is left out, those named first come first. A
 * name lies whole on its area where there is room for that, or else its middle does: it would name another.
 */
export function nameSigns(
  areas: Area[],
  language: Language,
  zoom: number,
  toScreen: (point: LonLat) => Spot | null,
  obstacles: Obstacle[],
  extents: Extents | null,
  wide: number,
): Sign[] {
  const taken = [...obstacles];
  const signs: Sign[] = [];
  for (const area of areas) {
    const { id, centre } = area;
    const name = language.name(area.names, id);
    const width = widthOf(name, area.level);
    const early = isNamed(area, zoom + EARLIER) && pixels(extents?.width(id) ?? 0, zoom) >= width;
    const middle = centre && (early || isNamed(area, zoom)) ? toScreen(centre) : null;
    if (!middle || !centre) continue;
    const known = extents?.knows(id);
    const holds = (spot: Spot, [x, y]: Step) => extents?.hold(id, moved(centre, { x: spot.x + x, y: spot.y + y }, middle, zoom));
    const isWhole = (spot: Spot) => !known || ends(width).every((end) => holds(spot, end));
    const isOwn = (spot: Spot) => same(spot, middle) || FOOT.every((step) => holds(spot, step));
    const spots = around(middle, width / 2 + GAP, known ? AFIELD : [BESIDE]);
    const open = spots.filter((box) => isUncut(box, wide) && !taken.some((other) => overlap(box, other)));
    const free = open.find(isWhole) ?? (isNamed(area, zoom) ? open.find(isOwn) : undefined);
    if (!free) continue;
    taken.push(free);
    signs.push(nameSign(area, centre, name, [free.x - middle.x, free.y - middle.y]));
    if (signs.length === AT_MOST) break;
  }
  return signs;
}

function isNamed(area: Area, zoom: number): boolean {
  const [from, to] = NAMED[area.level] ?? [Infinity, 0];
  return from <= zoom && zoom < to;
}

/** Return where a name may stand: on the middle, above, below, right or left of it, or a little aslant, ever farther. */
function around(middle: Spot, halfWidth: number, far: number[]): Obstacle[] {
  const steps: Step[] = [[0, 0], ...far.flatMap((reach) => stepsOf(reach, halfWidth))];
  return steps.map(([x, y]) => ({ x: middle.x + x, y: middle.y + y, halfWidth, halfHeight: LINE_HEIGHT / 2 }));
}

function stepsOf(reach: number, halfWidth: number): Step[] {
  const aside = halfWidth + reach - 2;
  const sides = [halfWidth / 2, -halfWidth / 2, halfWidth, -halfWidth];
  const slant = [-reach, reach].flatMap((y) => sides.map((x): Step => [x, y]));
  return [[0, -reach], [0, reach], [aside, 0], [-aside, 0], ...slant];
}

/** Return the ends of a name so wide, and its middle. */
function ends(width: number): Step[] {
  return [[-width / 2, 0], [0, 0], [width / 2, 0]];
}

function same(one: Spot, other: Spot): boolean {
  return one.x === other.x && one.y === other.y;
}

/** Return how wide degrees of longitude are on the screen. */
function pixels(degrees: number, zoom: number): number {
  return (degrees * TILE * 2 ** zoom) / 360;
}

/** Return the point that stands at a spot near another one, whose point is known; the map is never turned. */
function moved([longitude, latitude]: LonLat, to: Spot, from: Spot, zoom: number): LonLat {
  const degrees = 1 / pixels(1, zoom);
  const shrunk = Math.cos((latitude * Math.PI) / 180);
  return [longitude + (to.x - from.x) * degrees, latitude - (to.y - from.y) * degrees * shrunk];
}

/** Tell whether the map's edges cut nothing off a name. */
function isUncut({ x, halfWidth }: Obstacle, wide: number): boolean {
  return x - halfWidth >= 0 && x + halfWidth <= wide;
}

function overlap(one: Obstacle, other: Obstacle): boolean {
  const beside = Math.abs(one.x - other.x) >= one.halfWidth + other.halfWidth;
  const above = Math.abs(one.y - other.y) >= one.halfHeight + other.halfHeight;
  return !beside && !above;
}

function nameSign(area: Area, at: LonLat, name: string, offset: Step): Sign {
  const attributes = { class: `sign area-name area-${area.level}`, "aria-hidden": "true" };
  const build = () => h("span", attributes, name);
  return { key: `${area.id} ${offset.map(Math.round).join()}`, at, offset, build };
}
