/**
 * Keep HTML elements in place on the map: markers and names need no glyphs, take the page's own fonts and digits, and
 * are styled, hovered and clicked as any other element.
 */

import { Marker, type Map as LibreMap } from "maplibre-gl";

import type { LonLat } from "../types";

/** One element at a place. Signs with the same key are the same element from one showing to the next. */
export interface Sign {
  key: string;
  at: LonLat;
  /** How far from there it stands, in pixels. */
  offset?: [right: number, down: number];
  build: () => HTMLElement;
}

export class Signs {
  private shown = new Map<string, Marker>();

  constructor(private readonly map: LibreMap) {}

  /** Show these signs and no others; what stays is not built again. */
  show(signs: Sign[]): void {
    const before = this.shown;
    this.shown = new Map(signs.map((sign) => [sign.key, before.get(sign.key) ?? this.put(sign)]));
    for (const [key, marker] of before) if (!this.shown.has(key)) marker.remove();
  }

  private put({ at, offset = [0, 0], build }: Sign): Marker {
    return new Marker({ element: build(), offset }).setLngLat(at).addTo(this.map);
  }
}
