/**
 * Hold what a question finds, of two kinds: `KnownPlaces` were all read and are all in hand; `TiledPlaces` are read tile
 * by tile where the map looks, so that a directory of any size costs the same.
 */

import { readWithin, SEARCH_LIMIT, type Asked } from "./api";
import { folded } from "./fold";
import { boxAround, isInside, type Box } from "./map/geometry";
import { readMarks, tileName, tilesOf, type Mark, type Tile } from "./tiles";
import type { LonLat, Place } from "./types";

const WORLD: Box = [-180, -90, 180, 90];
/** A tile of the whole world is right to about so many degrees, where it holds single points; */
const COARSE = 0.1;
/** and where it holds clusters, each stands for a cell so wide, at the mean of what is in it. */
const CELL = 45;
const CLOSEST_TILES = 16;
/** So many tiles are kept of a question. */
const KEPT = 400;

/** What is to be listed of what is in sight; `more` where `count` is larger than the list. */
export interface Sight {
  places: Place[];
  count: number;
  more: "" | "near" | "search" | "unplaced" | "zoom";
}

export interface Places {
  /** How many there are in all, those in sight or not. */
  readonly total: number;
  /** Whether there are more, which neither the list nor the map shows. */
  readonly partial: boolean;
  /** Say what `marks` would read: the same for two views that show the same. */
  key(box: Box, zoom: number): string;
  /** Return what stands on the map in a box and around it. */
  marks(box: Box, zoom: number): Promise<Mark[]>;
  /** Return what is in a box, or with null all there is. */
  sight(box: Box | null, zoom: number): Promise<Sight>;
  /** Return the box that holds all of them, or null where none has a place. */
  extent(): Promise<Box | null>;
  /** Return one that was read. */
  place(id: string): Place | null;
  /** Say whether one of the first, which fit best, has these words for its name, in any order and spelling. */
  isName(words: string): boolean;
}

export class KnownPlaces implements Places {
  readonly total: number;
  readonly partial: boolean;
  private readonly located: Mark[];

  constructor(
    private readonly places: Place[],
    private readonly more: Sight["more"],
  ) {
    this.total = places.length;
    this.partial = more === "search";
    this.located = places.flatMap((place) => (place.point ? [{ at: place.point, count: 1, place }] : []));
  }

  key(): string {
    return "";
  }

  async marks(): Promise<Mark[]> {
    return this.located;
  }

  async sight(box: Box | null): Promise<Sight> {
    const places = this.places.filter(({ point }) => !box || !point || isInside(box, point));
    return { places, count: places.length, more: this.more };
  }

  async extent(): Promise<Box | null> {
    return boxAround(this.located.map(({ at }) => at));
  }

  place(id: string): Place | null {
    return this.places.find((place) => place.id === id) ?? null;
  }

  isName(words: string): boolean {
    const sought = inOrder(words);
    return this.places.slice(0, SEARCH_LIMIT).some(({ name }) => inOrder(name) === sought);
  }
}

export class TiledPlaces implements Places {
  private readonly tiles = new Map<string, Promise<Mark[]>>();
  private readonly known = new Map<string, Place>();
  readonly partial = false;
  total = 0;

  private constructor(
    private readonly wanted: Asked,
    private readonly compare: (one: string, other: string) => number,
  ) {}

  /** Count all that are asked for, in the tile of the whole world, and be ready to read those anywhere. */
  static async open(wanted: Asked, compare: (one: string, other: string) => number): Promise<TiledPlaces> {
    const places = new TiledPlaces(wanted, compare);
    places.total = sum(await places.marks(WORLD, 0));
    return places;
  }

  key(box: Box, zoom: number): string {
    return tilesOf(box, zoom).map(tileName).join();
  }

  async marks(box: Box, zoom: number): Promise<Mark[]> {
    return (await Promise.all(tilesOf(box, zoom).map((tile) => this.read(tile)))).flat();
  }

  async sight(box: Box | null, zoom: number): Promise<Sight> {
    const marks = await (box ? this.marks(box, zoom) : this.marks(WORLD, 0));
    const seen = box ? marks.filter(({ at }) => isInside(box, at)) : marks;
    const single = seen.flatMap(({ place }) => (place ? [place] : []));
    const whole = single.length === seen.length;
    const { places, more } = whole ? { places: single, more: false } : await readWithin(this.wanted, box && clipped(box));
    for (const place of places) this.known.set(place.id, place);
    if (whole) places.sort((one, other) => this.compare(one.name, other.name));
    const count = whole || more || !box ? sum(seen) : places.length;
    return { places, count, more: more ? (box ? "zoom" : "search") : "" };
  }

  /** Look where they are in the tile of the whole world, then closer, until a closer look shows no less. */
  async extent(): Promise<Box | null> {
    for (let box = WORLD, zoom = 0; ; ) {
      const marks = await this.marks(box, zoom);
      const around = boxAround(points(marks));
      const clustered = marks.some(({ place }) => !place);
      if (!around || (zoom && !clustered)) return around;
      const loose = clustered ? CELL / 2 ** zoom : COARSE;
      box = clipped(widened(around, loose));
      const closer = Math.min(CLOSEST_TILES, Math.floor(Math.log2(360 / Math.max(box[2] - box[0], box[3] - box[1]))));
      if (closer <= zoom) return widened(around, loose / 2);
      zoom = closer;
    }
  }

  place(id: string): Place | null {
    return this.known.get(id) ?? null;
  }

  isName(): boolean {
    return false;
  }

  private read(tile: Tile): Promise<Mark[]> {
    const name = tileName(tile);
    const known = this.tiles.get(name);
    if (known) return known;
    const asked = readMarks(tile, this.wanted).catch((error: unknown) => {
      this.tiles.delete(name);
      throw error;
    });
    const [oldest] = this.tiles.keys();
    if (this.tiles.size >= KEPT && oldest) this.tiles.delete(oldest);
    this.tiles.set(name, asked);
    return asked;
  }
}

function inOrder(words: string): string {
  return folded(words).sort().join(" ");
}

function sum(marks: Mark[]): number {
  return marks.reduce((total, { count }) => total + count, 0);
}

function points(marks: Mark[]): LonLat[] {
  return marks.map(({ at }) => at);
}

function widened([west, south, east, north]: Box, degrees: number): Box {
  return [west - degrees, south - degrees, east + degrees, north + degrees];
}

/** Return the part of a box that is within the world; a map at a low zoom shows more. */
function clipped([west, south, east, north]: Box): Box {
  return [Math.max(-180, west), Math.max(-90, south), Math.min(180, east), Math.min(90, north)];
}
