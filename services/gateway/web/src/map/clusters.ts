/** Gather organizations that stand too close together into clusters, anew for each zoom of the map. */

import { Supercluster } from "@maplibre/geojson-vt";

import type { LonLat, Place } from "../types";
import type { Box } from "./geometry";

const RADIUS = 48;
/** How far before a whole zoom its clusters are shown. */
const AHEAD = 0.3;
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
  private places: Located[] = [];

  constructor() {
    this.load([]);
  }

  /** Take these organizations in place of the ones before; those without a point are left out. */
  load(places: Place[]): void {
    this.places = places.filter((place): place is Located => place.point !== null);
    this.index = new Supercluster({ radius: RADIUS, maxZoom: DEEPEST });
    this.index.load(
      this.places.map(({ point }, at) => ({
        type: "Feature",
        properties: { at },
        geometry: { type: "Point", coordinates: point },
      })),
    );
  }

  /** Return the clusters and the single organizations within a box at a zoom. */
  within(box: Box, zoom: number): { clusters: Cluster[]; places: Located[] } {
    const clusters: Cluster[] = [];
    const places: Located[] = [];
    for (const { properties, geometry } of this.index.getClusters(box, Math.floor(zoom + AHEAD))) {
      if (properties?.cluster) {
        const splitsAt = this.index.getClusterExpansionZoom(properties.cluster_id as number);
        clusters.push({ at: geometry.coordinates as LonLat, count: properties.point_count as number, splitsAt });
      } else {
        places.push(this.places[properties?.at as number] as Located);
      }
    }
    return { clusters, places };
  }
}
