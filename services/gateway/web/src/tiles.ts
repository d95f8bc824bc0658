/** Read vector tiles of organizations: single ones, or how many are near each other where a tile has many. */

import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";

import { readTile, type Asked } from "./api";
import type { Box } from "./map/geometry";
import type { LonLat, Place } from "./types";

/** The last zoom that has tiles. */
const DEEPEST = 16;
/** How far before a whole zoom its tiles are shown. */
const AHEAD = 0.3;
/** So many tiles fill a large screen; where more are asked for, coarser ones are taken. */
const AT_MOST = 40;
const HIGHEST = 85.0511;

/** What stands at a place of the map: one organization, or several that were counted together. */
export interface Mark {
  at: LonLat;
  count: number;
  place: Place | null;
}

export interface Tile {
  z: number;
  x: number;
  y: number;
}

/** Return the whole zoom whose tiles and clusters are shown at a zoom. */
export function wholeZoom(zoom: number): number {
  return Math.max(0, Math.floor(zoom + AHEAD));
}

/** Return the tiles that a box touches at a zoom. */
export function tilesOf(box: Box, zoom: number): Tile[] {
  const z = Math.min(wholeZoom(zoom), DEEPEST);
  const [west, south, east, north] = box;
  const [left, right] = [column(west, z), column(east, z)];
  const [top, bottom] = [row(north, z), row(south, z)];
  if (z && (right - left + 1) * (bottom - top + 1) > AT_MOST) return tilesOf(box, z - 1);
  const tiles: Tile[] = [];
  for (let x = left; x <= right; x++) for (let y = top; y <= bottom; y++) tiles.push({ z, x, y });
  return tiles;
}

export function tileName({ z, x, y }: Tile): string {
  return `${z}/${x}/${y}`;
}

/** Return what a tile holds of the organizations that are asked for. */
export async function readMarks(tile: Tile, wanted: Asked): Promise<Mark[]> {
  const { layers } = new VectorTile(new PbfReader(await readTile(tileName(tile), wanted)));
  return Object.values(layers).flatMap((layer) =>
    Array.from({ length: layer.length }, (_, at) => {
      const { properties, geometry } = layer.feature(at).toGeoJSON(tile.x, tile.y, tile.z);
      const point = (geometry as GeoJSON.Point).coordinates as LonLat;
      return layer.name === "clusters" ? counted(point, properties) : single(point, properties);
    }),
  );
}

function counted(at: LonLat, properties: GeoJSON.GeoJsonProperties): Mark {
  return { at, count: Number(properties?.count), place: null };
}

function single(at: LonLat, properties: GeoJSON.GeoJsonProperties): Mark {
  const text = (name: string) => String(properties?.[name] ?? "");
  const codes = (name: string) => text(name).split(",").filter(Boolean);
  const place: Place = {
    id: text("id"),
    name: text("name"),
    type: text("organization_type"),
    subjects: codes("subjects"),
    terms: codes("terms"),
    cooperation: properties?.international_cooperation === true,
    area: text("area"),
    point: at,
  };
  return { at, count: 1, place };
}

function column(longitude: number, z: number): number {
  return bounded((longitude + 180) / 360, z);
}

function row(latitude: number, z: number): number {
  const angle = (Math.max(-HIGHEST, Math.min(HIGHEST, latitude)) * Math.PI) / 180;
  return bounded(0.5 - Math.asinh(Math.tan(angle)) / (2 * Math.PI), z);
}

function bounded(share: number, z: number): number {
  const wide = 2 ** z;
  return Math.max(0, Math.min(wide - 1, Math.floor(share * wide)));
}
