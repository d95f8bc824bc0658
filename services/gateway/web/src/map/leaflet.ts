/**
 * Draw the ground by Leaflet, as SVG, where the browser has no WebGL 2: the same outlines, shades, links and signs. It
 * moves without animation, and draws no base map, since a style of vector tiles needs MapLibre.
 */

import "leaflet/dist/leaflet.css";
import "../styles/leaflet.css";

import { circleMarker, control, geoJSON, type GeoJSON as Layer, type LatLngTuple, layerGroup, Map as LeafletMap, type Polygon, polyline, svg } from "leaflet";

import { h } from "../dom";
import type { LonLat, Outlines } from "../types";
import { LINK, WAY_COLOUR } from "./colours";
import type { Box } from "./geometry";
import { boxOf, centreOf, CLOSEST, type Framing, type Ground, type GroundOptions } from "./ground";
import type { Links } from "./links";
import type { Spot } from "./names";
import { AreaPaint, addHatch, depthOf } from "./paint";

/** Leaflet counts zooms by tiles half as wide as MapLibre's. */
const HALF = 1;
const LINKS = "links";

/** Open the ground. */
export async function openGround({ container, language, view }: GroundOptions): Promise<Ground> {
  const map = new LeafletMap(container, {
    center: view ? [view.latitude, view.longitude] : [0, 0],
    zoom: (view?.zoom ?? 1) + HALF,
    maxZoom: CLOSEST + HALF,
    zoomSnap: 0,
    zoomAnimation: false,
    fadeAnimation: false,
    attributionControl: false,
    zoomControl: false,
    trackResize: false,
  });
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", language.text("map"));
  const position = language.direction === "rtl" ? "topleft" : "topright";
  control.zoom({ position, zoomInTitle: language.text("map.zoom.in"), zoomOutTitle: language.text("map.zoom.out") }).addTo(map);
  return new LeafletGround(map, container);
}

type Path = Polygon & { feature: GeoJSON.Feature };

interface Standing {
  element: HTMLElement;
  at: LonLat;
  offset: [number, number];
}

class LeafletGround implements Ground {
  readonly onBaseMap = false;
  private readonly signs = h("div", { class: "signs" });
  private readonly standing = new Set<Standing>();
  private readonly paint = new AreaPaint();
  private readonly way = layerGroup();
  private readonly network = layerGroup();
  private fills: Layer | null = null;
  private lines: Layer | null = null;
  /** Whether the page moves the map, rather than a person. */
  private moving = false;

  constructor(
    private readonly map: LeafletMap,
    container: HTMLElement,
  ) {
    map.createPane(LINKS);
    map.addLayer(this.way).addLayer(this.network);
    container.append(this.signs);
    map.on("move zoom viewreset", () => this.place());
    this.keepDragsFromPicking();
    new ResizeObserver(() => this.move(false, () => map.invalidateSize({ animate: false }))).observe(container);
  }

  get zoom(): number {
    return this.map.getZoom() - HALF;
  }

  get centre(): LonLat {
    return centreOf(this.map);
  }

  get box(): Box {
    return boxOf(this.map);
  }

  project(point: LonLat): Spot {
    return this.map.latLngToContainerPoint(turned(point));
  }

  listen(moved: () => void, ended: (byChoice: boolean) => void): void {
    this.map.on("move zoom", moved);
    this.map.on("moveend", () => ended(!this.moving));
  }

  look(centre: LonLat, zoom: number, byChoice: boolean): void {
    this.move(byChoice, () => this.map.setView(turned(centre), zoom + HALF, { animate: false }));
  }

  fit([west, south, east, north]: Box, { padding, closest }: Framing, byChoice: boolean): void {
    const { top, right, bottom, left } = padding;
    const kept = { paddingTopLeft: [left, top] as [number, number], paddingBottomRight: [right, bottom] as [number, number] };
    const how = { ...kept, maxZoom: closest + HALF, animate: false };
    this.move(byChoice, () => this.map.fitBounds([[south, west], [north, east]], how));
  }

  stand(element: HTMLElement, at: LonLat, offset: [number, number]): () => void {
    const standing = { element, at, offset };
    this.standing.add(standing);
    this.signs.append(element);
    this.put(standing);
    return () => {
      this.standing.delete(standing);
      element.remove();
    };
  }

  async drawOutlines(outlines: Outlines): Promise<void> {
    const renderer = svg({ padding: 0.5 });
    const outer = [...outlines.features].sort((one, other) => depthOf(one) - depthOf(other));
    const draw = (features: Outlines["features"]) =>
      geoJSON({ type: "FeatureCollection", features } as GeoJSON.FeatureCollection, { interactive: false, ...{ renderer } }).addTo(this.map);
    this.fills = draw(outer);
    this.lines = draw(outer.reverse());
    addHatch(this.map.getPane("overlayPane")?.querySelector("svg") ?? null);
    this.repaint();
  }

  chooseArea(id: string): void {
    this.paint.chosen = id;
    this.repaint();
  }

  shade(colours: ReadonlyMap<string, string | null> | null): void {
    this.paint.colours = colours;
    this.repaint();
  }

  drawWay(ends: [LonLat, LonLat] | null): void {
    this.way.clearLayers();
    if (ends) this.way.addLayer(polyline(ends.map(turned), { pane: LINKS, color: WAY_COLOUR, weight: 3, dashArray: "0.1 8", interactive: false }));
  }

  async drawNetwork(links: Links | null): Promise<void> {
    this.network.clearLayers();
    if (!links) return;
    const { centre, members } = links;
    const ways = centre ? members.map((member) => [turned(centre), turned(member)]) : [];
    const common = { pane: LINKS, interactive: false };
    this.network.addLayer(polyline(ways, { ...common, color: "#ffffff", weight: 5, opacity: 0.8 }));
    this.network.addLayer(polyline(ways, { ...common, color: LINK, weight: 2, opacity: 0.85 }));
    for (const member of members) {
      this.network.addLayer(circleMarker(turned(member), { ...common, radius: 5, color: "#ffffff", weight: 2, fillColor: LINK, fillOpacity: 1 }));
    }
  }

  picture(): null {
    return null;
  }

  private move(byChoice: boolean, step: () => void): void {
    this.moving = !byChoice;
    step();
    this.moving = false;
  }

  private repaint(): void {
    this.fills?.setStyle((area) => this.paint.fill(area));
    this.lines?.setStyle((area) => this.paint.line(area));
    this.lines?.eachLayer((line) => this.paint.isChosen((line as Path).feature) && (line as Path).bringToFront());
  }

  private place(): void {
    for (const one of this.standing) this.put(one);
  }

  private put({ element, at, offset: [right, down] }: Standing): void {
    const { x, y } = this.project(at);
    element.style.transform = `translate(-50%, -50%) translate(${x + right}px, ${y + down}px)`;
  }

  /** A sign by which the map was dragged is not picked. */
  private keepDragsFromPicking(): void {
    let dragged = false;
    this.map.on("drag", () => (dragged = true));
    this.signs.addEventListener("pointerdown", () => (dragged = false), true);
    this.signs.addEventListener("click", (event) => dragged && event.stopPropagation(), true);
  }
}

function turned([longitude, latitude]: LonLat): LatLngTuple {
  return [latitude, longitude];
}
