/** Find areas by what is typed of their names, in any language and spelling; without asking the gateway. */

import { CalledAreas, splits, written, type Split } from "./called";
import { folded, withoutArticle } from "./fold";
import type { Area } from "./types";

const LEVELS = ["country", "governorate", "county", "locality"];
/** Fewer letters would find too many, and find no organizations either. */
const SHORTEST = 2;
/** A name has no more words than this, with those that lead to it. */
const LONGEST = 6;

/** An area that what is typed may mean, and the words that are left to be found there. */
export interface Meant {
  area: Area;
  words: string;
}

/** An area, with the folded words of each of its names. */
interface Named {
  area: Area;
  names: string[][];
}

export class NamedAreas {
  private named: Named[] | null = null;
  private called: CalledAreas | null = null;

  constructor(private readonly areas: Area[]) {}

  /**
   * Return the areas that all that is typed may name; where there are none, those that its last words name, or its first,
   * with the other words. A longer name goes before a shorter one: "Nag Hammadi" is no Hammadi.
   */
  meant(typed: string): Meant[] {
    const whole = this.find(typed).map((area) => ({ area, words: "" }));
    if (whole.length || folded(typed).join("").length < SHORTEST) return whole;
    this.called ??= new CalledAreas(this.all);
    const words = written(typed);
    for (let count = Math.min(words.length, LONGEST); count; count -= 1) {
      const found = splits(words, count).flatMap((split) => this.within(split));
      if (found.length) return found.filter(({ area }, at) => at === found.findIndex((other) => other.area === area));
    }
    return [];
  }

  /**
   * Return areas of which one name has all that is typed as beginnings of its words: the widest first, and within a level
   * those called just so.
   */
  private find(typed: string): Area[] {
    const words = folded(typed);
    if (words.join("").length < SHORTEST) return [];
    const sought = words.map(withoutArticle);
    const found = this.all.flatMap(({ area, names }) => {
      const fitting = names.filter((name) => fits(name, sought));
      const exact = fitting.some((name) => name.map(withoutArticle).join() === sought.join());
      return fitting.length ? [{ area, rank: LEVELS.indexOf(area.level) * 2 + (exact ? 0 : 1) }] : [];
    });
    return found.sort((one, other) => one.rank - other.rank).map(({ area }) => area);
  }

  /** Return the areas that the name in a split means, the widest first. */
  private within(split: Split): Meant[] {
    const found = this.called?.find(split) ?? [];
    found.sort((one, other) => LEVELS.indexOf(one.level) - LEVELS.indexOf(other.level));
    return found.map((area) => ({ area, words: split.words }));
  }

  private get all(): Named[] {
    this.named ??= this.areas.map((area) => ({ area, names: namesOf(area) }));
    return this.named;
  }
}

function namesOf({ names, aliases = [] }: Area): string[][] {
  return [...new Set([...Object.values(names), ...aliases])].map(folded);
}

function fits(name: string[], sought: string[]): boolean {
  return sought.every((begun) => name.some((word) => word.startsWith(begun) || withoutArticle(word).startsWith(begun)));
}
