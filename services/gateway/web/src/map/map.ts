/**
 * Show organizations and areas on a map, whatever it is drawn on. Loaded after the list, with the ground: MapLibre where the
 * browser has WebGL 2, else Leaflet.
 */

import { Latest } from "../api";
import type { Places } from "../places";
import type { View } from "../state";
import type { Area, LonLat, Outlines, Place } from "../types";
import { Clusters, type Cluster } from "./clusters";
import { clusterSign, clusterSize, placeSign, ringSign, selectedSign } from "./elements";
import { Extents } from "./extents";
import { boxAround, corners, isInside, type Box } from "./geometry";
import { CLOSEST, type Ground, type GroundOptions } from "./ground";
import { pointsOf, type Links } from "./links";
import { aside, chosenObstacles, nameSigns, type Obstacle, type Spot } from "./names";
import { Signs, type Sign } from "./signs";

const CLOSE = 15;
const FIT_CLOSEST = 13;
const MARGIN = 48;
const GAP = 16;
/** What lies over the map, at its upper edge or its lower one. */
const OVER = ".map-tools, .map-trouble, .network-note";
/** What the marker of one organization takes of the map, with its edge and a little air, in pixels. */
const DOT_SIZE = 40;

export interface MapOptions extends GroundOptions {
  onMove: (byChoice: boolean) => void;
  onPick: (place: Place) => void;
}

/** An area in which help is missing, its centre, and the nearest organization, once that is known. */
export interface GapWay {
  area: string;
  from: LonLat | null;
  to: Place | null;
}

export class DirectoryMap {
  private readonly clusters = new Clusters();
  private readonly signs: Signs;
  private readonly names: Signs;
  private readonly loading = new Latest();
  private places: Places | null = null;
  private loaded: string | null = null;
  private drawn: Places | null = null;
  private areas: Area[] = [];
  private outlines: Outlines | null = null;
  private extents: Extents | null = null;
  private selected: Place | null = null;
  private pointed: Place | null = null;
  private chosen = "";
  private colours: ReadonlyMap<string, string | null> | null = null;
  private way: GapWay | null = null;

  constructor(
    private readonly ground: Ground,
    private readonly options: MapOptions,
  ) {
    this.names = new Signs(ground);
    this.signs = new Signs(ground);
    const moved = () => {
      void this.loadMarks();
      this.draw();
    };
    ground.listen(moved, options.onMove);
  }

  get onBaseMap(): boolean {
    return this.ground.onBaseMap;
  }

  /** Draw these organizations in place of the ones before. */
  showPlaces(places: Places): void {
    this.places = places;
    this.loaded = null;
    void this.loadMarks();
  }

  /** Name the areas on the map. */
  showAreas(areas: Area[]): void {
    this.areas = this.extents?.widestFirst(areas) ?? areas;
    this.draw();
  }

  /** Draw the outlines of the areas, as soon as the ground is there. */
  async showOutlines(outlines: Outlines): Promise<void> {
    this.outlines = outlines;
    this.extents = new Extents(outlines);
    this.areas = this.extents.widestFirst(this.areas);
    await this.ground.drawOutlines(numbered(outlines));
    this.chooseArea(this.chosen);
    this.shade(this.colours);
    this.draw();
  }

  /** Tint one area; an empty id tints none. */
  chooseArea(id: string): void {
    this.chosen = id;
    this.ground.chooseArea(this.way?.area ?? id);
  }

  /** Shade areas: each in a colour, or hatched where its number is not published; null shades none. */
  shade(colours: ReadonlyMap<string, string | null> | null): void {
    this.colours = colours;
    this.ground.shade(colours);
  }

  /** Mark an area in which help is missing, and draw the way to the nearest organization; bring both into sight. */
  showGap(gap: GapWay | null): void {
    this.way = gap;
    this.chooseArea(this.chosen);
    const ends = [gap?.from, gap?.to?.point].filter((point): point is LonLat => Boolean(point));
    this.ground.drawWay(ends[0] && ends[1] ? [ends[0], ends[1]] : null);
    this.draw();
    const outline = gap ? this.cornersOf(gap.area) : [];
    if (gap) this.fit(boxAround([...outline, ...ends]), !matchMedia("(prefers-reduced-motion: reduce)").matches, true);
  }

  /** Mark the organization whose details are open, and move only if it is out of sight. */
  select(place: Place | null): void {
    this.selected = place;
    this.draw();
    if (place?.point && !this.holds(place.point)) this.ground.look(place.point, this.ground.zoom, true);
  }

  /** Draw anew at once, and return the canvas; null where paper can be printed on without. */
  picture(): HTMLCanvasElement | null {
    return this.ground.picture();
  }

  /** Draw links in place of those before. */
  showNetwork(links: Links | null): Promise<void> {
    return this.ground.drawNetwork(links);
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
    return isInside(this.ground.box, point);
  }

  /** Bring an area's outline into sight, or with an empty id all outlines; false where there is none. */
  fitArea(id: string, animate: boolean, byChoice = false): boolean {
    return this.fit(boxAround(this.cornersOf(id)), animate, byChoice);
  }

  private cornersOf(id: string): LonLat[] {
    const features = this.outlines?.features.filter(({ properties }) => !id || properties.id === id) ?? [];
    return features.flatMap(({ geometry }) => (geometry ? [...corners(geometry)] : []));
  }

  zoomTo(point: LonLat): void {
    this.ground.look(point, Math.max(this.ground.zoom, CLOSE), true);
  }

  view(): View {
    const [longitude, latitude] = this.ground.centre;
    return { latitude, longitude, zoom: this.ground.zoom };
  }

  /** Look where an address says. */
  lookAt(view: View): void {
    this.ground.look([view.longitude, view.latitude], view.zoom, false);
  }

  /** Go where a reader chose to look: the address holds it from then on. */
  goTo(id: string): void {
    this.fitArea(id, true, true);
  }

  /** Bring a box into sight; none leaves the map where it is. */
  fit(box: Box | null, animate: boolean, byChoice = false): boolean {
    if (!box) return false;
    const { clientWidth, clientHeight } = this.options.container;
    const edge = Math.min(MARGIN, clientWidth / 6, clientHeight / 6);
    const { top, bottom } = this.covered();
    const padding = { top: Math.max(edge, top), right: edge, bottom: Math.max(edge, bottom), left: edge };
    this.ground.fit(box, { padding, closest: FIT_CLOSEST, animate }, byChoice);
    return true;
  }

  /** Return how far tools and notes reach into the map from above and from below; a third of it at most. */
  private covered(): { top: number; bottom: number } {
    const { parentElement, clientHeight } = this.options.container;
    const over = [...(parentElement?.querySelectorAll<HTMLElement>(OVER) ?? [])].filter((one) => one.offsetHeight);
    const [above, below] = [true, false].map((upper) => over.filter((one) => one.offsetTop < clientHeight / 2 === upper));
    const reach = (many: number[]) => (many.length ? Math.min(Math.max(...many) + GAP, clientHeight / 3) : 0);
    return {
      top: reach((above ?? []).map((one) => one.offsetTop + one.offsetHeight)),
      bottom: reach((below ?? []).map((one) => clientHeight - one.offsetTop)),
    };
  }

  /** What is in sight. */
  box(): Box {
    return this.ground.box;
  }

  /** Take what stands where the map looks now, unless that is drawn already; what cannot be read is asked for later. */
  private async loadMarks(): Promise<void> {
    const { places } = this;
    const key = places?.key(this.ground.box, this.ground.zoom);
    if (!places || key === this.loaded) return;
    this.loaded = key ?? null;
    const marks = await this.loading.run(() => places.marks(this.ground.box, this.ground.zoom)).catch(() => null);
    if (marks === null) this.loaded = null;
    if (!marks && (marks === undefined || this.drawn === places)) return;
    this.drawn = places;
    this.clusters.load(marks ?? []);
    this.draw();
  }

  private open({ at, splitsAt }: Cluster): void {
    this.ground.look(at, Math.min(splitsAt + 0.1, CLOSEST), true);
  }

  private seen(point: LonLat, box: Box): Spot | null {
    return isInside(box, point) ? this.ground.project(point) : null;
  }

  private obstacle(at: LonLat, size: number): Obstacle {
    const { x, y } = this.ground.project(at);
    return { x, y, halfWidth: size / 2, halfHeight: size / 2 };
  }

  private draw(): void {
    const { language, onPick } = this.options;
    const zoom = this.ground.zoom;
    const box = this.ground.box;
    const { clusters, places } = this.clusters.within(box, zoom);
    const singles = places.filter((place) => place.id !== this.selected?.id);
    const marked = [
      this.pointed && this.pointed !== this.selected && ringSign(this.pointed),
      this.selected && selectedSign(this.selected),
      this.way?.to && selectedSign(this.way.to),
    ];
    const wide = this.options.container.clientWidth;
    const chosen = [this.selected, this.way?.to].flatMap((place) =>
      place?.point ? chosenObstacles(this.ground.project(place.point), place.name, wide) : [],
    );
    const taken = [
      ...chosen,
      ...clusters.map(({ at, count }) => this.obstacle(at, clusterSize(count))),
      ...places.map(({ point }) => this.obstacle(point, DOT_SIZE)),
    ];
    this.names.show(nameSigns(this.areas, language, zoom, (point) => this.seen(point, box), taken, this.extents, wide));
    this.signs.show([
      ...clusters.map((cluster) => clusterSign(cluster, language, () => this.open(cluster))),
      ...singles.map((place) => placeSign(place, language, onPick)),
      ...marked.filter((sign): sign is Sign => Boolean(sign)),
    ]);
    for (const place of [this.selected, this.way?.to]) if (place?.point) this.keepIn(place.id, this.ground.project(place.point).x);
  }

  /** Move the name of a chosen organization aside where the map's edge would cut it off. */
  private keepIn(id: string, x: number): void {
    const { container } = this.options;
    const name = container.querySelector<HTMLElement>(`[data-selected="${CSS.escape(id)}"] .selected-name`);
    name?.style.setProperty("--aside", `${aside(x, name.offsetWidth / 2, container.clientWidth)}px`);
  }
}

function numbered(outlines: Outlines): Outlines {
  const number = (feature: Outlines["features"][number], order: number) => ({
    ...feature,
    properties: { ...feature.properties, order },
  });
  return { ...outlines, features: outlines.features.map(number) };
}
