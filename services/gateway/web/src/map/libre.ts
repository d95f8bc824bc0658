/** Draw the ground by MapLibre, which needs WebGL 2. */

import "maplibre-gl/dist/maplibre-gl.css";

import { type GeoJSONSource, Map as LibreMap, Marker, NavigationControl, setWorkerUrl } from "maplibre-gl";
import workerAddress from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";

import type { LonLat, Outlines } from "../types";
import { TINTED } from "./colours";
import type { Box } from "./geometry";
import { boxOf, centreOf, CLOSEST, type Framing, type Ground, type GroundOptions } from "./ground";
import type { Links } from "./links";
import type { Spot } from "./names";
import { drawNetwork } from "./network";
import {
  CHOSEN_LAYERS,
  colouring,
  HATCH,
  hatch,
  ofAreas,
  OUTLINES,
  outlineLayers,
  PLAIN,
  readBaseMap,
  SHADE,
  UNSHADED,
  WAY,
} from "./style";

/** Marks a movement that a person asked for by other means than the map's own. */
const BY_CHOICE = { byChoice: true };
const DURATION = 400;

setWorkerUrl(new URL(workerAddress, document.baseURI).href);

/** Open the ground; the base map is tried first, and a plain one stands in for it. */
export async function openGround({ container, language, baseMap, view }: GroundOptions): Promise<Ground> {
  const base = baseMap ? await readBaseMap(baseMap) : null;
  const map = new LibreMap({
    container,
    style: base ?? PLAIN,
    center: view ? [view.longitude, view.latitude] : [0, 0],
    zoom: view?.zoom ?? 1,
    maxZoom: CLOSEST,
    attributionControl: base ? { compact: true } : false,
    renderWorldCopies: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    locale: {
      "Map.Title": language.text("map"),
      "NavigationControl.ZoomIn": language.text("map.zoom.in"),
      "NavigationControl.ZoomOut": language.text("map.zoom.out"),
    },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  const corner = language.direction === "rtl" ? "top-left" : "top-right";
  map.addControl(new NavigationControl({ showCompass: false }), corner);
  return new LibreGround(map, base !== null);
}

class LibreGround implements Ground {
  private readonly styled: Promise<unknown>;
  private way: GeoJSON.FeatureCollection = lineOf(null);

  constructor(
    private readonly map: LibreMap,
    readonly onBaseMap: boolean,
  ) {
    this.styled = map.once("style.load");
  }

  get zoom(): number {
    return this.map.getZoom();
  }

  get centre(): LonLat {
    return centreOf(this.map);
  }

  get box(): Box {
    return boxOf(this.map);
  }

  project(point: LonLat): Spot {
    return this.map.project(point);
  }

  listen(moved: () => void, ended: (byChoice: boolean) => void): void {
    this.map.on("move", moved);
    this.map.on("moveend", (event) => ended(Boolean(event.originalEvent) || "byChoice" in event));
  }

  look(center: LonLat, zoom: number, byChoice: boolean): void {
    if (byChoice) this.map.easeTo({ center, zoom }, BY_CHOICE);
    else this.map.jumpTo({ center, zoom });
  }

  fit(box: Box, { padding, closest, animate }: Framing, byChoice: boolean): void {
    this.map.fitBounds(box, { padding, maxZoom: closest, animate, duration: DURATION }, byChoice ? BY_CHOICE : {});
  }

  stand(element: HTMLElement, at: LonLat, offset: [number, number]): () => void {
    const marker = new Marker({ element, offset }).setLngLat(at).addTo(this.map);
    return () => marker.remove();
  }

  /** Draw the outlines as soon as the ground is there. */
  async drawOutlines(outlines: Outlines): Promise<void> {
    await this.styled;
    this.map.addSource(OUTLINES, { type: "geojson", data: outlines });
    this.map.addSource(WAY, { type: "geojson", data: this.way });
    this.map.addImage(HATCH, hatch(), { pixelRatio: 2 });
    for (const layer of outlineLayers(this.onBaseMap)) this.map.addLayer(layer);
  }

  chooseArea(id: string): void {
    for (const layer of CHOSEN_LAYERS) if (this.map.getLayer(layer)) this.map.setFilter(layer, ofAreas([id]));
  }

  shade(colours: ReadonlyMap<string, string | null> | null): void {
    const known = [...(colours ?? [])].filter((one): one is [string, string] => one[1] !== null);
    const unknown = [...(colours ?? [])].filter(([, colour]) => colour === null).map(([id]) => id);
    if (!this.map.getLayer(SHADE)) return;
    this.map.setPaintProperty(CHOSEN_LAYERS[0], "fill-opacity", colours ? 0 : TINTED);
    this.map.setFilter(SHADE, ofAreas(known.map(([id]) => id)));
    this.map.setFilter(UNSHADED, ofAreas(unknown));
    if (known.length) this.map.setPaintProperty(SHADE, "fill-color", colouring(known));
  }

  drawWay(ends: [LonLat, LonLat] | null): void {
    this.way = lineOf(ends);
    void this.map.getSource<GeoJSONSource>(WAY)?.setData(this.way);
  }

  async drawNetwork(links: Links | null): Promise<void> {
    await this.styled;
    drawNetwork(this.map, links);
  }

  picture(): HTMLCanvasElement {
    this.map.redraw();
    return this.map.getCanvas();
  }
}

function lineOf(ends: [LonLat, LonLat] | null): GeoJSON.FeatureCollection {
  if (!ends) return { type: "FeatureCollection", features: [] };
  const geometry: GeoJSON.LineString = { type: "LineString", coordinates: ends };
  return { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry }] };
}
