/** Draw the ground: the operator's base map where there is one, and the outlines of the areas. */

import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";

/** The source that holds the outlines. */
export const OUTLINES = "areas";
const GROUND = "#e9eeea";
const LANDS = ["#fbfaf5", "#f4f5ea", "#fbf5ec", "#f1f6f3"] as const;
const LINE = "#84928a";
const SOFT_LINE = "#c2cec7";
const CHOSEN = "#0d7f86";
/** The layers that show the chosen area. */
export const CHOSEN_LAYERS = ["area-chosen", "area-chosen-line"];

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
    filter: chosenArea(""),
    paint: { "fill-color": CHOSEN, "fill-opacity": 0.12 },
  };
  const border: LayerSpecification = {
    id: "area-chosen-line",
    type: "line",
    source: OUTLINES,
    filter: chosenArea(""),
    layout: { "line-join": "round" },
    paint: { "line-color": CHOSEN, "line-width": 2.5 },
  };
  return [fill, chosen, line("area-line", false), line("area-line-schematic", true), border];
}

/** Return the filter that leaves the chosen area alone. */
export function chosenArea(id: string): ["==", ["get", "id"], string] {
  return ["==", ["get", "id"], id];
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
