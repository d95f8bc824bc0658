/** Show organizations and areas on a map drawn by MapLibre. This module is loaded only where the browser can draw. */

import "maplibre-gl/dist/maplibre-gl.css";

import { type GeoJSONSource, Map as LibreMap, NavigationControl, setWorkerUrl } from "maplibre-gl";
import workerAddress from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";

import { Latest } from "../api";
import type { Language } from "../language";
import type { Places } from "../places";
import type { View } from "../state";
import type { Area, LonLat, Outlines, Place } from "../types";
import { Clusters, type Cluster } from "./clusters";
import { clusterSign, placeSign, ringSign, selectedSign } from "./elements";
import { boxAround, corners, isInside, type Box } from "./geometry";
import { drawNetwork, pointsOf, type Links } from "./network";
import { chosenObstacles, nameSigns, type Obstacle, type Spot } from "./names";
import { Signs, type Sign } from "./signs";
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
  TINTED,
  UNSHADED,
  WAY,
} from "./style";

const CLOSE = 15;
const CLOSEST = 18;
const FIT_CLOSEST = 13;
const MARGIN = 48;
const SIGN_SIZE = 40;

/** Marks a movement that a person asked for by other means than the map's own. */
const BY_CHOICE = { byChoice: true };

setWorkerUrl(new URL(workerAddress, document.baseURI).href);

export interface MapOptions {
  container: HTMLElement;
  language: Language;
  baseMap: string;
  view: View | null;
  onMove: (byChoice: boolean) => void;
  onPick: (place: Place) => void;
}

/** Open the map; the base map is tried first, and outlines on a plain ground stand in for it. */
export async function openMap(options: MapOptions): Promise<DirectoryMap> {
  const base = options.baseMap ? await readBaseMap(options.baseMap) : null;
  const { container, language, view } = options;
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
  return new DirectoryMap(map, options, base !== null);
}

/** An area in which help is missing, its centre, and the nearest organization, once that is known. */
export interface GapWay {
  area: string;
  from: LonLat | null;
  to: Place | null;
}

export class DirectoryMap {
  private readonly clusters = new Clusters();
  private readonly styled: Promise<unknown>;
  private readonly signs: Signs;
  private readonly names: Signs;
  private readonly loading = new Latest();
  private places: Places | null = null;
  private loaded: string | null = null;
  private drawn: Places | null = null;
  private areas: Area[] = [];
  private outlines: Outlines | null = null;
  private selected: Place | null = null;
  private pointed: Place | null = null;
  private chosen = "";
  private colours: ReadonlyMap<string, string | null> | null = null;
  private way: GapWay | null = null;

  constructor(
    private readonly map: LibreMap,
    private readonly options: MapOptions,
    readonly onBaseMap: boolean,
  ) {
    this.styled = map.once("style.load");
    this.names = new Signs(map);
    this.signs = new Signs(map);
    map.on("move", () => {
      void this.loadMarks();
      this.draw();
    });
    map.on("moveend", (event) => options.onMove(Boolean(event.originalEvent) || "byChoice" in event));
  }

  /** Draw these organizations in place of the ones before. */
  showPlaces(places: Places): void {
    this.places = places;
    this.loaded = null;
    void this.loadMarks();
  }

  /** Name the areas on the map. */
  showAreas(areas: Area[]): void {
    this.areas = areas;
    this.draw();
  }

  /** Draw the outlines of the areas, as soon as the ground is there. */
  async showOutlines(outlines: Outlines): Promise<void> {
    this.outlines = outlines;
    await this.styled;
    this.map.addSource(OUTLINES, { type: "geojson", data: numbered(outlines) });
    this.map.addSource(WAY, { type: "geojson", data: lineOf(this.way) });
    this.map.addImage(HATCH, hatch(), { pixelRatio: 2 });
    for (const layer of outlineLayers(this.onBaseMap)) this.map.addLayer(layer);
    this.chooseArea(this.chosen);
    this.shade(this.colours);
  }

  /** Tint one area; an empty id tints none. */
  chooseArea(id: string): void {
    this.chosen = id;
    const marked = this.way?.area ?? id;
    for (const layer of CHOSEN_LAYERS) if (this.map.getLayer(layer)) this.map.setFilter(layer, ofAreas([marked]));
  }

  /** Shade areas: each in a colour, or hatched where its number is not published; null shades none. */
  shade(colours: ReadonlyMap<string, string | null> | null): void {
    this.colours = colours;
    const known = [...(colours ?? [])].filter((one): one is [string, string] => one[1] !== null);
    const unknown = [...(colours ?? [])].filter(([, colour]) => colour === null).map(([id]) => id);
    if (!this.map.getLayer(SHADE)) return;
    this.map.setPaintProperty(CHOSEN_LAYERS[0], "fill-opacity", colours ? 0 : TINTED);
    this.map.setFilter(SHADE, ofAreas(known.map(([id]) => id)));
    this.map.setFilter(UNSHADED, ofAreas(unknown));
    if (known.length) this.map.setPaintProperty(SHADE, "fill-color", colouring(known));
  }

  /** Mark an area in which help is missing, and draw the way to the nearest organization; bring both into sight. */
  showGap(gap: GapWay | null): void {
    this.way = gap;
    this.chooseArea(this.chosen);
    this.map.getSource<GeoJSONSource>(WAY)?.setData(lineOf(gap));
    this.draw();
    const ends = [gap?.from, gap?.to?.point].filter((point): point is LonLat => Boolean(point));
    const outline = gap ? this.cornersOf(gap.area) : [];
    if (gap) this.fit(boxAround([...outline, ...ends]), !matchMedia("(prefers-reduced-motion: reduce)").matches, BY_CHOICE);
  }

  /** Mark the organization whose details are open, and move only if it is out of sight. */
  select(place: Place | null): void {
    this.selected = place;
    this.draw();
    if (place?.point && !this.holds(place.point)) this.map.easeTo({ center: place.point }, BY_CHOICE);
  }

  /** Draw anew at once, and return the canvas, which holds its picture until the browser's next turn. */
  picture(): HTMLCanvasElement {
    this.map.redraw();
    return this.map.getCanvas();
  }

  /** Draw links in place of those before. */
  async showNetwork(links: Links | null): Promise<void> {
    await this.styled;
    drawNetwork(this.map, links);
  }

  /** Bring all of some links into sight; false where they have no place. */
  fitNetwork(links: Links, animate: boolean): boolean {
    return this.fit(boxAround(pointsOf(links)), animate);
  }

  /** Ring an organization, wherever it stands in a cluster. */
  point(place: Place | null): void {
    this.pointed = place;
    this.draw();
  }

  /** Say whether a point is in sight. */
  holds(point: LonLat): boolean {
    return isInside(this.box(), point);
  }

  /** Bring an area's outline into sight, or with an empty id all outlines; false where there is none. */
  fitArea(id: string, animate: boolean, by = {}): boolean {
    return this.fit(boxAround(this.cornersOf(id)), animate, by);
  }

  private cornersOf(id: string): LonLat[] {
    const features = this.outlines?.features.filter(({ properties }) => !id || properties.id === id) ?? [];
    return features.flatMap(({ geometry }) => (geometry ? [...corners(geometry)] : []));
  }

  zoomTo(point: LonLat): void {
    this.map.easeTo({ center: point, zoom: Math.max(this.map.getZoom(), CLOSE) }, BY_CHOICE);
  }

  view(): View {
    const { lat, lng } = this.map.getCenter();
    return { latitude: lat, longitude: lng, zoom: this.map.getZoom() };
  }

  /** Look where an address says. */
  lookAt(view: View): void {
    this.map.jumpTo({ center: [view.longitude, view.latitude], zoom: view.zoom });
  }

  /** Go where a reader chose to look: the address holds it from then on. */
  goTo(id: string): void {
    this.fitArea(id, true, BY_CHOICE);
  }

  /** Bring a box into sight; none leaves the map where it is. */
  fit(box: Box | null, animate: boolean, by = {}): boolean {
    if (!box) return false;
    const { clientWidth, clientHeight } = this.options.container;
    const padding = Math.min(MARGIN, clientWidth / 6, clientHeight / 6);
    this.map.fitBounds(box, { padding, maxZoom: FIT_CLOSEST, animate, duration: 400 }, by);
    return true;
  }

  /** What is in sight. */
  box(): Box {
    const bounds = this.map.getBounds();
    return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  }

  /** Take what stands where the map looks now, unless that is drawn already; what cannot be read is asked for later. */
  private async loadMarks(): Promise<void> {
    const { places } = this;
    const key = places?.key(this.box(), this.map.getZoom());
    if (!places || key === this.loaded) return;
    this.loaded = key ?? null;
    const marks = await this.loading.run(() => places.marks(this.box(), this.map.getZoom())).catch(() => null);
    if (marks === null) this.loaded = null;
    if (!marks && (marks === undefined || this.drawn === places)) return;
    this.drawn = places;
    this.clusters.load(marks ?? []);
    this.draw();
  }

  private open({ at, splitsAt }: Cluster): void {
    this.map.easeTo({ center: at, zoom: Math.min(splitsAt + 0.1, CLOSEST) }, BY_CHOICE);
  }

  private seen(point: LonLat, box: Box): Spot | null {
    return isInside(box, point) ? this.map.project(point) : null;
  }

  private obstacle(at: LonLat): Obstacle {
    const { x, y } = this.map.project(at);
    return { x, y, halfWidth: SIGN_SIZE / 2, halfHeight: SIGN_SIZE / 2 };
  }

  private draw(): void {
    const { language, onPick } = this.options;
    const zoom = this.map.getZoom();
    const box = this.box();
    const { clusters, places } = this.clusters.within(box, zoom);
    const singles = places.filter((place) => place.id !== this.selected?.id);
    const marked = [
      this.pointed && this.pointed !== this.selected && ringSign(this.pointed),
      this.selected && selectedSign(this.selected),
      this.way?.to && selectedSign(this.way.to),
    ];
    const chosen = [this.selected, this.way?.to].flatMap((place) =>
      place?.point ? chosenObstacles(this.map.project(place.point), place.name) : [],
    );
    const marks = [...clusters.map(({ at }) => at), ...places.map(({ point }) => point)].map((at) => this.obstacle(at));
    const taken = [...chosen, ...marks];
    this.names.show(nameSigns(this.areas, language, zoom, (point) => this.seen(point, box), taken));
    this.signs.show([
      ...clusters.map((cluster) => clusterSign(cluster, language, () => this.open(cluster))),
      ...singles.map((place) => placeSign(place, language, onPick)),
      ...marked.filter((sign): sign is Sign => Boolean(sign)),
    ]);
  }
}

function numbered(outlines: Outlines): Outlines {
  const number = (feature: Outlines["features"][number], order: number) => ({
    ...feature,
    properties: { ...feature.properties, order },
  });
  return { ...outlines, features: outlines.features.map(number) };
}

function lineOf(way: GapWay | null): GeoJSON.FeatureCollection {
  if (!way?.from || !way.to?.point) return { type: "FeatureCollection", features: [] };
  const geometry: GeoJSON.LineString = { type: "LineString", coordinates: [way.from, way.to.point] };
  return { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry }] };
}
