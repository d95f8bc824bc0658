/** Say how each area is painted where the ground is SVG. */

import type { PathOptions } from "leaflet";

import { CHOSEN, LANDS, LINE, SOFT_LINE, TINTED } from "./colours";

type Area = GeoJSON.Feature | undefined;

const HATCH = "hatched";
const SVG = "http://www.w3.org/2000/svg";
const STRIPE = 6;
const LEVELS = ["country", "governorate", "county"];

/** Return how deep within others an area lies. */
export function depthOf({ properties }: GeoJSON.Feature): number {
  const depth = LEVELS.indexOf(String(properties?.level));
  return depth < 0 ? LEVELS.length : depth;
}

export class AreaPaint {
  chosen = "";
  colours: ReadonlyMap<string, string | null> | null = null;

  /** Paint the land: each area a little unlike its neighbours, or all in the colours of their figures. */
  fill(area: Area): PathOptions {
    const colour = this.colours?.get(idOf(area));
    const plain = LANDS[Number(area?.properties?.order ?? 0) % LANDS.length];
    if (!this.colours) return { stroke: false, fill: true, fillColor: plain, fillOpacity: 1 };
    return { stroke: false, fill: true, fillColor: colour ?? `url(#${HATCH})`, fillOpacity: colour === undefined ? 0 : 0.9 };
  }

  /** Draw the edge, softly where it is schematic; the chosen area's strongly, over a tint where nothing is shaded. */
  line(area: Area): PathOptions {
    const chosen = this.isChosen(area);
    const schematic = area?.properties?.schematic === true;
    const wide = (schematic ? 3 : 1.2) * (area && depthOf(area) < 2 ? 1.6 : 1);
    const tint = { fill: chosen && !this.colours, fillColor: CHOSEN, fillOpacity: TINTED };
    return { ...tint, color: chosen ? CHOSEN : schematic ? SOFT_LINE : LINE, weight: chosen ? 2.5 : wide, opacity: 1 };
  }

  isChosen(area: Area): boolean {
    return this.chosen !== "" && idOf(area) === this.chosen;
  }
}

/** Lay grey strokes aslant ready for areas of which nothing is published. */
export function addHatch(drawing: SVGElement | null): void {
  const pattern = element("pattern", { id: HATCH, width: STRIPE, height: STRIPE, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
  pattern.append(element("rect", { width: STRIPE, height: STRIPE, fill: "#eef0ee" }), element("rect", { width: 1.5, height: STRIPE, fill: "#8a948f" }));
  const definitions = element("defs", {});
  definitions.append(pattern);
  drawing?.prepend(definitions);
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

function idOf(area: Area): string {
  return String(area?.properties?.id ?? "");
}
