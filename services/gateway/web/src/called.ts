/**
 * Tell areas' names among other words, as `services/gateway/downloads/called.py` does: a whole name, in any spelling, with
 * or without its words for a level ("Qena Governorate", "شهرستان قم") and the words that lead to it ("in Qus", "بقوص").
 */

import { folded, withoutArticle } from "./fold";
import type { Area } from "./types";

/** Words for levels, as they are folded, each with the levels that it may mean. */
const LEVEL_WORDS = new Map(
  Object.entries({
    governorate: "governorate province محافظه استان",
    county: "county district markaz مركز شهرستان قضا",
    "county locality": "city town village مدينه شهر قريه روستا",
  }).flatMap(([levels, words]) => words.split(" ").map((word) => [word, levels.split(" ")] as const)),
);
const LEADING = new Set("in at of the al el في در".split(" "));
/** In Arabic, "in" is written together with the name. */
const JOINED = "ب";
const SHORTEST = 2;

/** Where an area's name stands among words, and which other words there are. */
export interface Split {
  name: string[];
  words: string;
  /** Whether the name ends what was typed, and somebody may still be typing it. */
  ends: boolean;
}

/** Return the words of a text as they were written. */
export function written(text: string): string[] {
  return text.split(/[\s,،;؛/]+/).filter((word) => folded(word).length);
}

/** Return how words of which `count` are a name can be split: a name that ends them, or begins them. */
export function splits(words: string[], count: number): Split[] {
  const from = words.length - count;
  const last = { name: folded(words.slice(from).join(" ")), words: words.slice(0, from).join(" "), ends: true };
  const first = { name: folded(words.slice(0, count).join(" ")), words: words.slice(count).join(" "), ends: false };
  return from ? [last, first] : [last];
}

/** Return what a name is compared by: its letters without articles, blanks, and words for levels. */
export function keyOf(name: string[]): string {
  const own = name.filter((word) => !LEVEL_WORDS.has(word) && !LEADING.has(word));
  return own.map(withoutArticle).join("");
}

/** Hold areas by what their names are compared by. */
export class CalledAreas {
  private readonly byKey = new Map<string, Area[]>();

  constructor(named: { area: Area; names: string[][] }[]) {
    for (const { area, names } of named) {
      for (const key of new Set(names.map(keyOf))) this.byKey.set(key, [...(this.byKey.get(key) ?? []), area]);
    }
  }

  /** Return the areas that are called so; where none are, those of whose name half is typed already. */
  find({ name, ends }: Split): Area[] {
    const key = keyOf(name);
    if (key.length < SHORTEST) return [];
    const levels = name.flatMap((word) => LEVEL_WORDS.get(word) ?? []);
    const meant = (areas: Area[] = []) => areas.filter(({ level }) => !levels.length || levels.includes(level));
    const exact = meant(this.byKey.get(key));
    const called = exact.length ? exact : meant(this.byKey.get(keyOf(apart(name))));
    return called.length || !ends ? called : meant(this.begun(key));
  }

  private begun(key: string): Area[] {
    const half = (name: string) => key.length > SHORTEST && key.length * 2 >= name.length && name.startsWith(key);
    const found = [...this.byKey].filter(([name]) => half(name));
    return [...new Set(found.flatMap(([, areas]) => areas))];
  }
}

/** Return a name without the letter for "in" that is joined to its first word, where it has one. */
function apart([first = "", ...others]: string[]): string[] {
  return [first.startsWith(JOINED) ? first.slice(JOINED.length) : first, ...others];
}
