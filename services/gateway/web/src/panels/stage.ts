/**
 * Hold the map's place on the page. The map comes after the list, and does not come at all where its program is not to be
 * had: what is to be seen is kept here until then, and without a map everything counts as in sight.
 */

import { readOutlines } from "../api";
import { isThere } from "../directory";
import { h, type Child } from "../dom";
import type { Language } from "../language";
import { loadMap } from "../map/choice";
import type { DirectoryMap, GapWay } from "../map/map";
import type { Links } from "../map/links";
import type { View } from "../state";
import type { Box } from "../map/geometry";
import type { Places } from "../places";
import type { Area, MapConfig, Place } from "../types";
import { Legend } from "./legend";
import { unloaded } from "./notice";

const ROOMY = "(min-width: 1500px) and (min-height: 700px)";

export interface StageActions {
  pick: (place: Place) => void;
  /** The map has moved; `byChoice` where a person moved it rather than the page. */
  moved: (byChoice: boolean) => void;
  /** There is more to frame than before. */
  ready: () => void;
}

export class Stage {
  readonly element: HTMLElement;
  private readonly canvas = h("div", { class: "map-canvas", dir: "ltr" });
  private readonly notice = h("div", { class: "map-notice", role: "status", hidden: true });
  private readonly trouble = h("div", { class: "map-trouble", hidden: true });
  private readonly legend: Legend;
  private map: DirectoryMap | null = null;
  private areas: Area[] = [];
  private places: Places | null = null;
  private chosen = "";
  private selected: Place | null = null;
  private colours: Map<string, string | null> | null = null;
  private network: Links | null = null;
  private gap: GapWay | null = null;
  private told: Child[] = [];

  constructor(
    private readonly language: Language,
    private readonly config: MapConfig,
    private readonly actions: StageActions,
    /** Whether there is a list beside it. */
    private readonly listed: boolean,
  ) {
    this.legend = new Legend(language, matchMedia(ROOMY).matches);
    this.element = h("div", { class: "map" }, this.canvas, this.notice, this.trouble, this.legend.element);
  }

  /** Load and open the map, then draw what is to be seen so far. */
  async open(view: View | null): Promise<void> {
    this.element.classList.remove("map-missing");
    this.tell(this.language.text("map.loading"));
    this.map = await this.load(view);
    if (!this.map) return;
    this.showAreas(this.areas);
    if (this.places) this.showPlaces(this.places, this.chosen);
    this.select(this.selected);
    this.shade(this.colours);
    this.actions.ready();
    if (this.network) this.showNetwork(this.network);
    if (this.gap) this.showGap(this.gap);
    await this.drawOutlines(await readOutlines().catch(() => null));
  }

  showAreas(areas: Area[]): void {
    this.areas = areas;
    this.map?.showAreas(areas);
  }

  /** Draw what a question found, and tint the area that it asks about. */
  showPlaces(places: Places, area: string): void {
    this.places = places;
    this.chosen = area;
    this.map?.showPlaces(places);
    this.map?.chooseArea(area);
    this.say();
  }

  select(place: Place | null): void {
    this.selected = place;
    this.map?.select(place);
  }

  /** Draw the map anew, and return what it is drawn on; null where there is no map. */
  picture(): HTMLCanvasElement | null {
    return this.map?.picture() ?? null;
  }

  /** Draw links between an organization and its members. */
  showNetwork(links: Links | null): void {
    this.network = links;
    void this.map?.showNetwork(links);
  }

  /** Bring all links into sight; false where there are none yet. */
  frameNetwork(animate: boolean): boolean {
    return (this.network && this.map?.fitNetwork(this.network, animate)) ?? false;
  }

  /** Say that a part of the map could not be loaded. */
  fail(retry: () => void): void {
    const again = () => {
      this.trouble.hidden = true;
      retry();
    };
    this.trouble.replaceChildren(unloaded(this.language, "part.failed", again));
    this.trouble.hidden = false;
  }

  /** Ring an organization; null rings none. */
  point(place: Place | null): void {
    this.map?.point(place);
  }

  /** What is in sight; null where there is no map to look at. */
  get box(): Box | null {
    return this.map?.box() ?? null;
  }

  get zoom(): number {
    return this.map?.view().zoom ?? 0;
  }

  /** Bring an area's outline into sight, or those of all areas; false where there is no such outline. */
  frameArea(id: string, animate: boolean): boolean {
    return this.map?.fitArea(id, animate) ?? false;
  }

  /** Bring an area into sight that a reader chose. */
  goTo(id: string): void {
    this.map?.goTo(id);
  }

  /** Bring a box into sight. */
  frameBox(box: Box, animate: boolean): void {
    this.map?.fit(box, animate);
  }

  /** Shade areas: each in a colour, or with null as one whose number is not published; null shades none. */
  shade(colours: Map<string, string | null> | null): void {
    this.colours = colours;
    this.element.classList.toggle("shaded", colours !== null);
    this.map?.shade(colours);
  }

  /** Bring an area into sight in which help is missing, and the way from it to the nearest. */
  showGap(gap: GapWay | null): void {
    this.gap = gap;
    this.map?.showGap(gap);
  }

  zoomTo(place: Place | null): void {
    if (place?.point) this.map?.zoomTo(place.point);
  }

  lookAt(view: View): void {
    this.map?.lookAt(view);
  }

  get view(): View | null {
    return this.map?.view() ?? null;
  }

  private async load(view: View | null): Promise<DirectoryMap | null> {
    const { language, config, canvas, actions } = this;
    try {
      const openMap = await loadMap();
      const baseMap = config.base_map;
      const map = await openMap({ container: canvas, language, baseMap, view, onMove: actions.moved, onPick: actions.pick });
      this.tell(baseMap && !map.onBaseMap && language.text("map.base.failed"));
      return map;
    } catch (error) {
      console.warn("there is no map", error);
      return this.miss(unloaded(language, "map.failed", () => void this.open(view)));
    }
  }

  /** Say that there is no map, and, where there is a list, that it does without. */
  private miss(why: HTMLElement): null {
    this.element.classList.add("map-missing");
    this.tell(why, this.listed && h("p", {}, this.language.text("map.without")));
    return null;
  }

  private async drawOutlines(outlines: Awaited<ReturnType<typeof readOutlines>> | null): Promise<void> {
    const features = outlines?.features.filter(({ properties }) => isThere(properties)) ?? [];
    if (!this.map || !outlines || !features.length) return;
    await this.map.showOutlines({ ...outlines, features });
    this.legend.explainOutlines(features.some(({ properties }) => properties.schematic));
    this.actions.ready();
  }

  private tell(...told: Child[]): void {
    this.told = told;
    this.say();
  }

  /** Say what is to be told of the map, and where it draws a part only of what was found. */
  private say(): void {
    const part = this.map && this.places?.partial && this.language.text("map.first", { n: this.places.total });
    const said = [...this.told, part && h("p", {}, part)].filter((one): one is Node | string => Boolean(one));
    this.notice.replaceChildren(...said);
    this.notice.hidden = !said.length;
  }
}
