/**
 * Keep HTML elements in place on the map: markers and names need no glyphs, take the page's own fonts and digits, and
 * are styled, hovered and clicked as any other element.
 */

import type { LonLat } from "../types";
import type { Ground } from "./ground";

/** One element at a place. Signs with the same key are the same element from one showing to the next. */
export interface Sign {
  key: string;
  at: LonLat;
  /** How far from there it stands, in pixels. */
  offset?: [right: number, down: number];
  build: () => HTMLElement;
}

export class Signs {
  /** What takes each sign away. */
  private shown = new Map<string, () => void>();

  constructor(private readonly ground: Ground) {}

  /** Show these signs and no others; what stays is not built again. */
  show(signs: Sign[]): void {
    const before = this.shown;
    this.shown = new Map(signs.map((sign) => [sign.key, before.get(sign.key) ?? this.put(sign)]));
    for (const [key, remove] of before) if (!this.shown.has(key)) remove();
  }

  private put({ at, offset = [0, 0], build }: Sign): () => void {
    return this.ground.stand(build(), at, offset);
  }
}
