/** Draw an organization's network: a line from it to each of its members, and a point where each of them is. */

import type { GeoJSONSource, LayerSpecification, Map as LibreMap } from "maplibre-gl";

import { LINK } from "./colours";
import type { Links } from "./links";

const SOURCE = "network";
const LAYERS: LayerSpecification[] = [
  {
    id: "network-casing",
    type: "line",
    source: SOURCE,
    layout: { "line-cap": "round" },
    paint: { "line-color": "#ffffff", "line-width": 5, "line-opacity": 0.8 },
  },
  {
    id: "network-line",
    type: "line",
    source: SOURCE,
    layout: { "line-cap": "round" },
    paint: { "line-color": LINK, "line-width": 2, "line-opacity": 0.85 },
  },
  {
    id: "network-end",
    type: "circle",
    source: SOURCE,
    filter: ["==", ["geometry-type"], "Point"],
    paint: { "circle-color": LINK, "circle-radius": 5, "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 },
  },
];
const TOP = "network-end";

/** Draw links in place of those before, above everything else that is drawn; null takes them away. */
export function drawNetwork(map: LibreMap, links: Links | null): void {
  const drawn = map.getSource<GeoJSONSource>(SOURCE);
  if (drawn) void drawn.setData(features(links));
  if (drawn || !links) return;
  map.addSource(SOURCE, { type: "geojson", data: features(links) });
  for (const layer of LAYERS) map.addLayer(layer);
  map.on("styledata", () => raise(map));
}

function raise(map: LibreMap): void {
  const order = map.getLayersOrder();
  if (order[order.length - 1] === TOP) return;
  for (const { id } of LAYERS) map.moveLayer(id);
}

function features(links: Links | null): GeoJSON.FeatureCollection {
  const { centre, members } = links ?? { centre: null, members: [] };
  const ends: GeoJSON.Geometry[] = members.map((coordinates) => ({ type: "Point", coordinates }));
  const lines: GeoJSON.Geometry[] = centre
    ? members.map((member) => ({ type: "LineString", coordinates: [centre, member] }))
    : [];
  const geometries = [...lines, ...ends];
  return {
    type: "FeatureCollection",
    features: geometries.map((geometry) => ({ type: "Feature", properties: {}, geometry })),
  };
}
