/** Find areas by what is typed of their names, in any language and spelling; without asking the gateway. */

import { folded, withoutArticle } from "./fold";
import type { Area } from "./types";

const LEVELS = ["country", "governorate", "county", "locality"];
/** Fewer letters would find too many, and find no organizations either. */
const SHORTEST = 2;

/** An area, with the folded words of each of its names. */
interface Named {
  area: Area;
  names: string[][];
}

export class NamedAreas {
  private named: Named[] | null = null;

  constructor(private readonly areas: Area[]) {}

  /**
   * Return areas of which one name has all that is typed as beginnings of its words: the widest first, and within a level
   * those called just so.
   */
  find(typed: string): Area[] {
    const words = folded(typed);
    if (words.join("").length < SHORTEST) return [];
    const sought = words.map(withoutArticle);
    this.named ??= this.areas.map((area) => ({ area, names: namesOf(area) }));
    const found = this.named.flatMap(({ area, names }) => {
      const fitting = names.filter((name) => fits(name, sought));
      const exact = fitting.some((name) => name.map(withoutArticle).join() === sought.join());
      return fitting.length ? [{ area, rank: LEVELS.indexOf(area.level) * 2 + (exact ? 0 : 1) }] : [];
    });
    return found.sort((one, other) => one.rank - other.rank).map(({ area }) => area);
  }
}

function namesOf({ names, aliases = [] }: Area): string[][] {
  return [...new Set([...Object.values(names), ...aliases])].map(folded);
}

function fits(name: string[], sought: string[]): boolean {
  return sought.every((begun) => name.some((word) => word.startsWith(begun) || withoutArticle(word).startsWith(begun)));
}
