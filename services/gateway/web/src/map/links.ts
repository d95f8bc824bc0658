/** Say what the links of an organization to its members are. */

import type { LonLat } from "../types";

/** An organization that has members, and those of them that have a place. */
export interface Links {
  centre: LonLat | null;
  members: LonLat[];
}

/** Return all points of links, to bring them into sight. */
export function pointsOf({ centre, members }: Links): LonLat[] {
  return centre ? [centre, ...members] : members;
}
