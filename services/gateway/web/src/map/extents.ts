/** Tell roughly whether a point lies within an area, for its name to stand on the area's own ground. */

import type { Area, LonLat, Outlines } from "../types";
import { boxAround } from "./geometry";

/** So many corners are kept of an outline, about: it is asked at each step of a movement, and a name is wider than a bay. */
const CORNERS = 300;

export class Extents {
  private readonly rings = new Map<string, LonLat[][]>();
  private readonly widths = new Map<string, number>();

  constructor(outlines: Outlines) {
    for (const { geometry, properties } of outlines.features) {
      if (!geometry) continue;
      const rings = thinned(ringsOf(geometry));
      const [west, , east] = boxAround(rings.flat()) ?? [0, 0, 0];
      this.rings.set(properties.id, rings);
      this.widths.set(properties.id, east - west);
    }
  }

  /** Say whether an area has an outline. */
  knows(id: string): boolean {
    return this.rings.has(id);
  }

  /** Return how many degrees of longitude an area takes up; 0 where it has no outline. */
  width(id: string): number {
    return this.widths.get(id) ?? 0;
  }

  /** Return areas in the order in which their names take their places: the widest of each level first. */
  widestFirst(areas: Area[]): Area[] {
    const levels = [...new Set(areas.map(({ level }) => level))];
    const byWidth = (one: Area, other: Area) => this.width(other.id) - this.width(one.id);
    return levels.flatMap((level) => areas.filter((area) => area.level === level).sort(byWidth));
  }

  /** Say whether a point lies in an area's outline; false where it has none. */
  hold(id: string, point: LonLat): boolean {
    const crossings = (this.rings.get(id) ?? []).map((ring) => crossingsOf(ring, point));
    return crossings.reduce((sum, count) => sum + count, 0) % 2 === 1;
  }
}

function ringsOf(geometry: GeoJSON.Geometry): LonLat[][] {
  if (geometry.type === "Polygon") return geometry.coordinates as LonLat[][];
  if (geometry.type === "MultiPolygon") return geometry.coordinates.flat() as LonLat[][];
  return [];
}

function thinned(rings: LonLat[][]): LonLat[][] {
  const corners = rings.reduce((sum, ring) => sum + ring.length, 0);
  const step = Math.ceil(corners / CORNERS);
  return rings.map((ring) => ring.filter((_, order) => order % step === 0));
}

/** Count the edges of a ring east of a point, on its latitude. */
function crossingsOf(ring: LonLat[], [longitude, latitude]: LonLat): number {
  let count = 0;
  let last = ring[ring.length - 1];
  for (const corner of ring) {
    if (last && corner[1] > latitude !== last[1] > latitude) {
      const share = (latitude - corner[1]) / (last[1] - corner[1]);
      if (longitude < corner[0] + share * (last[0] - corner[0])) count += 1;
    }
    last = corner;
  }
  return count;
}
