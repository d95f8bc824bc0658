/** Find what part of the world things take up. */

import type { LonLat } from "../types";

/** West, south, east, north, in degrees. */
export type Box = [west: number, south: number, east: number, north: number];

/** Return the smallest box around points, or null where there are none. */
export function boxAround(points: Iterable<LonLat>): Box | null {
  let box: Box | null = null;
  for (const [longitude, latitude] of points) {
    box ??= [longitude, latitude, longitude, latitude];
    box[0] = Math.min(box[0], longitude);
    box[1] = Math.min(box[1], latitude);
    box[2] = Math.max(box[2], longitude);
    box[3] = Math.max(box[3], latitude);
  }
  return box;
}

/** Say whether a point lies in a box, its edges included. */
export function isInside([west, south, east, north]: Box, [longitude, latitude]: LonLat): boolean {
  return west <= longitude && longitude <= east && south <= latitude && latitude <= north;
}

/** Walk all corners of a geometry of any kind. */
export function* corners(geometry: GeoJSON.Geometry): Generator<LonLat> {
  if (geometry.type === "GeometryCollection") {
    for (const part of geometry.geometries) yield* corners(part);
  } else {
    yield* flatten(geometry.coordinates);
  }
}

function* flatten(coordinates: unknown): Generator<LonLat> {
  if (!Array.isArray(coordinates)) return;
  if (typeof coordinates[0] === "number") yield coordinates as LonLat;
  else for (const part of coordinates) yield* flatten(part);
}
