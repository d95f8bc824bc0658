/** Gather what stands too close together into clusters, anew for each zoom of the map. */

import { Supercluster } from "@maplibre/geojson-vt";

import { wholeZoom, type Mark } from "../tiles";
import type { LonLat, Place } from "../types";
import type { Box } from "./geometry";

const RADIUS = 48;
const DEEPEST = 20;

/** Several organizations in one place; `splitsAt` is the zoom at which they come apart. */
export interface Cluster {
  at: LonLat;
  count: number;
  splitsAt: number;
}

/** An organization that has a place on the map. */
export type Located = Place & { point: LonLat };

export class Clusters {
  private index!: Supercluster;
  private marks: Mark[] = [];

  constructor() {
    this.load([]);
  }

  /** Take these in place of the ones before. */
  load(marks: Mark[]): void {
    this.marks = marks;
    const map = (properties: GeoJSON.GeoJsonProperties) => ({ sum: properties?.count as number });
    const reduce = (total: Record<string, unknown>, { sum }: Record<string, unknown>) => {
      total.sum = (total.sum as number) + (sum as number);
    };
    this.index = new Supercluster({ radius: RADIUS, maxZoom: DEEPEST, map, reduce });
    this.index.load(
      marks.map((mark, at) => ({
        type: "Feature",
        properties: { at, count: mark.count },
        geometry: { type: "Point", coordinates: mark.at },
      })),
    );
  }

  /** Return the clusters and the single organizations within a box at a zoom. */
  within(box: Box, zoom: number): { clusters: Cluster[]; places: Located[] } {
    const clusters: Cluster[] = [];
    const places: Located[] = [];
    const whole = wholeZoom(zoom);
    for (const { properties, geometry } of this.index.getClusters(box, whole)) {
      const at = geometry.coordinates as LonLat;
      const mark = properties?.cluster ? null : (this.marks[properties?.at as number] as Mark);
      if (mark?.place) places.push(mark.place as Located);
      else if (mark) clusters.push({ at, count: mark.count, splitsAt: whole + 1 });
      else clusters.push({ at, count: properties?.sum as number, splitsAt: this.splitOf(properties?.cluster_id as number) });
    }
    return { clusters, places };
  }

  private splitOf(id: number): number {
    return this.index.getClusterExpansionZoom(id);
  }
}
