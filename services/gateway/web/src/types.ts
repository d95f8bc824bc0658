/** Describe what the gateway answers, as far as the page reads it, and the page's own view of an organization. */

export type LonLat = [longitude: number, latitude: number];
export type Names = Partial<Record<"ar" | "fa" | "en", string>>;

export interface MapConfig {
  /** Address of a MapLibre style; empty draws area outlines only. */
  base_map: string;
  node: string;
  language: string;
}

export interface Area {
  id: string;
  parent: string;
  level: string;
  names: Names;
  centre: LonLat | null;
}

export interface Subject {
  code: string;
  names: Names;
}

export interface Figures {
  organizations: number;
  international_cooperation: number;
  members: number;
  /** Rounded down to fives; null where the number is too small to be published. */
  referrals_completed: number | null;
}

/** The compact properties of a point on the map. */
export interface PlaceProperties {
  id: string;
  name: string;
  organization_type: string;
  subjects: string[];
  international_cooperation: boolean;
  area: string;
}

export interface Location {
  address?: string | null;
  latitude?: number | null;
  longitude?: number | null;
}

export interface Capability {
  subject: string;
  /** How many of `unit` it can serve at once; null where it is not known. */
  capacity?: number | null;
  /** `families`, or another word of the organization's own. */
  unit?: string;
}

/** The public record of an organization, with what became of referrals; null counts are too small to be published. */
export interface Organization {
  id: string;
  name: string;
  alternate_name?: string | null;
  organization_type: string;
  description?: string | null;
  email?: string | null;
  website?: string | null;
  phones?: { number: string; type?: string }[];
  languages?: string[];
  members_count?: number | null;
  international_cooperation: boolean;
  cooperations?: { partner: string }[];
  capabilities?: Capability[];
  locations?: Location[];
  area?: string | null;
  status?: string;
  last_modified?: string;
  activity?: { referrals_accepted: number | null; referrals_completed: number | null };
}

export interface Page<Item> {
  items: Item[];
  next?: string;
}

/** One organization as the list and the map show it; `point` is null where it has no place on the map. */
export interface Place {
  id: string;
  name: string;
  type: string;
  subjects: string[];
  cooperation: boolean;
  area: string;
  point: LonLat | null;
}

export type Outlines = GeoJSON.FeatureCollection<GeoJSON.Geometry, { id: string; level?: string; schematic?: boolean }>;
