/** Ask the browser where it is, once, and only when a person asked for it. */

import type { LonLat } from "./types";

export type Refusal = "near.denied" | "near.unavailable";

const PATIENCE = 15_000;
const FRESH = 60_000;
/** A place is told to about a hundred metres, which is near enough, and no more. */
const ROUNDED = 1000;

/** Return where the browser is, rounded; or why it does not tell. */
export function locate(): Promise<LonLat | Refusal> {
  if (!navigator.geolocation) return Promise.resolve("near.unavailable");
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve([rounded(coords.longitude), rounded(coords.latitude)]),
      (error) => resolve(error.code === error.PERMISSION_DENIED ? "near.denied" : "near.unavailable"),
      { timeout: PATIENCE, maximumAge: FRESH },
    );
  });
}

function rounded(degrees: number): number {
  return Math.round(degrees * ROUNDED) / ROUNDED;
}
