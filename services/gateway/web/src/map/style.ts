/** Draw the ground: the operator's base map where there is one, and the outlines of the areas. */

import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";

import { CHOSEN, GROUND, LANDS, LINE, SOFT_LINE, TINTED, WAY_COLOUR } from "./colours";

/** The source that holds the outlines. */
export const OUTLINES = "areas";
const HATCH_SIZE = 24;
/** Areas in the colours of their figures, those without a number, and the picture that these are hatched by. */
export const SHADE = "area-shade";
export const UNSHADED = "area-unshaded";
export const HATCH = "hatch";
/** The way from where help is missing to the nearest. */
export const WAY = "way";
/** The layers that show the chosen area. */
export const CHOSEN_LAYERS = ["area-chosen", "area-chosen-line"] as const;

/** The ground without a base map: one calm colour, drawn without tiles, glyphs or sprites. */
export const PLAIN: StyleSpecification = {
  version: 8,
  sources: {},
  layers: [{ id: "ground", type: "background", paint: { "background-color": GROUND } }],
};

/** Return the operator's style, or null where it cannot be read. */
export async function readBaseMap(address: string): Promise<StyleSpecification | null> {
  try {
    const response = await fetch(address);
    return response.ok ? ((await response.json()) as StyleSpecification) : null;
  } catch {
    return null;
  }
}

/** Areas within others are drawn over them. */
const DEPTH: ExpressionSpecification = ["match", ["get", "level"], "country", 0, "governorate", 1, "county", 2, 3];
/** Neighbours differ a little; the tint follows from the place in the list of areas. */
const TINT: ExpressionSpecification = ["match", ["%", ["get", "order"], 4], 0, LANDS[0], 1, LANDS[1], 2, LANDS[2], LANDS[3]];

/** Return the layers of the outlines; over a base map they have no fill. */
export function outlineLayers(onBaseMap: boolean): LayerSpecification[] {
  const fill: LayerSpecification = {
    id: "area-fill",
    type: "fill",
    source: OUTLINES,
    layout: { "fill-sort-key": DEPTH },
    paint: { "fill-color": TINT, "fill-opacity": onBaseMap ? 0 : 1 },
  };
  const chosen: LayerSpecification = {
    id: "area-chosen",
    type: "fill",
    source: OUTLINES,
    filter: ofAreas([]),
    paint: { "fill-color": CHOSEN, "fill-opacity": TINTED },
  };
  const shades: LayerSpecification = {
    id: SHADE,
    type: "fill",
    source: OUTLINES,
    filter: ofAreas([]),
    paint: { "fill-color": CHOSEN, "fill-opacity": onBaseMap ? 0.65 : 0.9 },
  };
  const hatched: LayerSpecification = {
    id: UNSHADED,
    type: "fill",
    source: OUTLINES,
    filter: ofAreas([]),
    paint: { "fill-pattern": HATCH },
  };
  const way: LayerSpecification = {
    id: "way",
    type: "line",
    source: WAY,
    layout: { "line-cap": "round" },
    paint: { "line-color": WAY_COLOUR, "line-width": 3, "line-dasharray": [0.1, 2] },
  };
  const border: LayerSpecification = {
    id: "area-chosen-line",
    type: "line",
    source: OUTLINES,
    filter: ofAreas([]),
    layout: { "line-join": "round" },
    paint: { "line-color": CHOSEN, "line-width": 2.5 },
  };
  const lines = [line("area-line", false), line("area-line-schematic", true)];
  return [fill, shades, hatched, chosen, ...lines, border, way];
}

/** Return the filter that leaves these areas alone. */
export function ofAreas(ids: string[]): ["in", ["get", "id"], ["literal", string[]]] {
  return ["in", ["get", "id"], ["literal", ids]];
}

/** Return what gives each area its colour. */
export function colouring(colours: [id: string, colour: string][]): ExpressionSpecification {
  const byColour = new Map<string, string[]>();
  for (const [id, colour] of colours) byColour.set(colour, [...(byColour.get(colour) ?? []), id]);
  const cases = [...byColour].flatMap(([colour, ids]) => [ids, colour]);
  return ["match", ["get", "id"], ...cases, CHOSEN] as unknown as ExpressionSpecification;
}

/** Draw grey strokes aslant: nothing is published of what they cover. */
export function hatch(): { width: number; height: number; data: Uint8Array } {
  const data = new Uint8Array(HATCH_SIZE * HATCH_SIZE * 4);
  for (let at = 0; at < HATCH_SIZE * HATCH_SIZE; at++) {
    const stroke = ((at % HATCH_SIZE) + Math.floor(at / HATCH_SIZE)) % (HATCH_SIZE / 2) < 3;
    data.set(stroke ? [138, 148, 143, 255] : [238, 240, 238, 255], at * 4);
  }
  return { width: HATCH_SIZE, height: HATCH_SIZE, data };
}

/** Schematic outlines are soft bands, so that nobody takes them for surveyed lines. */
function line(id: string, schematic: boolean): LayerSpecification {
  const [color, width] = schematic ? [SOFT_LINE, 3] : [LINE, 1.2];
  return {
    id,
    type: "line",
    source: OUTLINES,
    filter: ["==", ["coalesce", ["get", "schematic"], false], schematic],
    layout: { "line-join": "round", "line-cap": "round", "line-sort-key": ["-", DEPTH] },
    paint: {
      "line-color": color,
      "line-width": ["match", ["get", "level"], ["country", "governorate"], width * 1.6, width],
    },
  };
}
