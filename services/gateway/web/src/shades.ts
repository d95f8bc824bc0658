/** Choose how areas are shaded by a figure: which number, which of the classes, which colour. */

import type { AreaFigures } from "./types";

/** The figures by which areas can be shaded. */
export const SHADES = ["organizations", "members", "free_capacity", "open_needs", "cooperation"] as const;
export type Shade = (typeof SHADES)[number];

/** From little to much; told apart by people of any colour vision, and dark enough at its end to be seen on any ground. */
const COLOURS = ["#fff3c4", "#fed07a", "#fb9a3c", "#d9601a", "#8f3208"] as const;
/** The levels of areas, with the zoom from which each is the one to shade. */
const LEVELS: [level: string, from: number][] = [["country", 0], ["governorate", 4], ["county", 7], ["locality", 12]];

/** One class: the least and the greatest number in it, and its colour. */
export interface Step {
  least: number;
  most: number;
  colour: string;
}

/** Say whether a figure is known for each kind of help. */
export function isOfSubject(shade: Shade): boolean {
  return shade === "organizations" || shade === "free_capacity" || shade === "open_needs";
}

/** Return the figures of an area with those of one kind of help in the place of all help's, where they are known; of all for none. */
export function ofHelp(item: AreaFigures, subject: string): AreaFigures {
  if (!subject) return item;
  const { organizations = 0, free_capacity = null, open_needs = null } = item.by_subject[subject] ?? {};
  const families = item.families_in_care;
  const rate = open_needs && families ? Math.round((10_000 * open_needs) / families) / 10 : null;
  return { ...item, organizations, free_capacity, open_needs, open_needs_per_1000_families: rate };
}

/** Return the number that an area is shaded by; null where none is published or known. */
export function shaded(item: AreaFigures, shade: Shade): number | null {
  if (shade === "open_needs") return item.open_needs_per_1000_families;
  return shade === "cooperation" ? item.international_cooperation : item[shade];
}

/** Return at most five classes with about as many different numbers in each. */
export function stepsOf(numbers: number[]): Step[] {
  const sorted = [...new Set(numbers)].sort((one, other) => one - other);
  const bounds = COLOURS.map((_, at) => sorted[Math.floor((at * sorted.length) / COLOURS.length)]);
  const least = [...new Set(bounds)].filter((bound): bound is number => bound !== undefined);
  return least.map((bound, at) => ({
    least: bound,
    most: sorted.filter((number) => number < (least[at + 1] ?? Infinity)).pop() ?? bound,
    colour: colour(at, least.length),
  }));
}

/** Return the colour of a number's class. */
export function colourOf(number: number, steps: Step[]): string {
  return steps.find(({ most }) => number <= most)?.colour ?? COLOURS[0];
}

/** Return the level whose areas are to be shaded at a zoom: the nearest to it of those that there are. */
export function levelAt(zoom: number, items: AreaFigures[]): string {
  const there = LEVELS.filter(([level]) => items.some((item) => item.level === level));
  const fine = there.filter(([, from]) => from <= zoom).pop() ?? there[0];
  const several = there.filter(([level]) => items.filter((item) => item.level === level).length > 1);
  const coarsest = several[0] ?? there[0];
  if (!fine || !coarsest) return items[0]?.level ?? "";
  return several.includes(fine) ? fine[0] : coarsest[0];
}

function colour(at: number, of: number): string {
  return COLOURS[of === 1 ? 2 : Math.round((at * (COLOURS.length - 1)) / (of - 1))] ?? COLOURS[0];
}
