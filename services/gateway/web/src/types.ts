/** Describe what the gateway answers, as far as the page reads it, and the page's own view of an organization. */

export type LonLat = [longitude: number, latitude: number];
export type Names = Partial<Record<"ar" | "fa" | "en", string>>;

export interface MapConfig {
  /** Address of a MapLibre style; empty draws area outlines only. */
  base_map: string;
  node: string;
  language: string;
  /** IANA name of the node's time zone. */
  timezone?: string;
}

export interface Area {
  id: string;
  parent: string;
  level: string;
  names: Names;
  /** What it is called besides. */
  aliases?: string[];
  centre: LonLat | null;
  /** The days between which it is an area; empty where none is known. */
  valid_from?: string;
  valid_to?: string;
}

/** A term of the node's own; a retired one is offered no more, and borne by old records. */
export interface Term {
  code: string;
  names: Names;
  retired: boolean;
}

export interface Subject {
  code: string;
  names: Names;
  terms?: Term[];
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
  terms?: string[];
  international_cooperation: boolean;
  area: string;
}

export interface Location {
  id?: string;
  name?: string | null;
  address?: string | null;
  latitude?: number | null;
  longitude?: number | null;
  contacts?: Contact[];
}

export interface Phone {
  number: string;
  type?: string;
  extension?: number | null;
  description?: string | null;
}

/** Somebody of the staff, or an office, to turn to. */
export interface Contact {
  name?: string;
  title?: string;
  department?: string;
  email?: string;
  phones?: Phone[];
}

/** When something is open, by the names of HSDS: days by a recurrence rule (RFC 5545), and hours. */
export interface Schedule {
  freq?: string | null;
  interval?: number | null;
  count?: number | null;
  byday?: string | null;
  byweekno?: string | null;
  bymonthday?: string | null;
  byyearday?: string | null;
  dtstart?: string | null;
  until?: string | null;
  valid_from?: string | null;
  valid_to?: string | null;
  /** Hours east of UTC. */
  timezone?: number | null;
  opens_at?: string | null;
  closes_at?: string | null;
  description?: string | null;
  notes?: string | null;
}

export interface Service {
  id: string;
  name: string;
  description?: string | null;
  status: string;
  subjects?: string[];
  /** Codes of terms of the node's own below the subjects. */
  terms?: string[];
  alert?: string | null;
  url?: string | null;
  email?: string | null;
  application_process?: string | null;
  wait_time?: string | null;
  fees_description?: string | null;
  eligibility_description?: string | null;
  minimum_age?: number | null;
  maximum_age?: number | null;
  accreditations?: string | null;
  licenses?: string | null;
  assured_date?: string | null;
  phones?: Phone[];
  contacts?: Contact[];
  schedules?: Schedule[];
  service_at_locations?: { location_id: string; schedules?: Schedule[]; phones?: Phone[]; contacts?: Contact[] }[];
  languages?: { name?: string; code?: string | null }[];
  cost_options?: { option?: string; amount?: number | null; currency?: string | null; amount_description?: string }[];
  required_documents?: { document: string }[];
  capacities?: { available: number; maximum?: number | null; unit?: { name: string } }[];
}

export interface Cooperation {
  partner: string;
  country?: string;
  programme?: string;
  valid_from?: string;
  valid_to?: string;
}

export interface Accreditation {
  accreditor: string;
  identifier?: string;
  valid_from?: string;
  valid_to?: string;
}

export interface Capability {
  subject: string;
  /** Codes of terms of the node's own below the subject. */
  terms?: string[];
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
  phones?: Phone[];
  contacts?: Contact[];
  languages?: string[];
  members_count?: number | null;
  international_cooperation: boolean;
  cooperations?: Cooperation[];
  accreditations?: Accreditation[];
  assured_date?: string;
  year_incorporated?: number | null;
  /** Metres from where the nearest were sought. */
  distance_m?: number;
  parent_organization_id?: string;
  member_of?: string[];
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
  terms: string[];
  cooperation: boolean;
  area: string;
  /** Metres from where the nearest were sought. */
  distance?: number;
  point: LonLat | null;
}

export type Outlines = GeoJSON.FeatureCollection<GeoJSON.Geometry, Outlined>;

export interface Outlined extends Pick<Area, "valid_from" | "valid_to"> {
  id: string;
  level?: string;
  schematic?: boolean;
}

/** The published figures of an area and all that lies in it; a number that is null is too small, or not known. */
export interface AreaFigures {
  area: string;
  parent: string | null;
  level: string;
  names: Names;
  centre: LonLat | null;
  organizations: number;
  members: number;
  international_cooperation: number;
  free_capacity: number | null;
  families_in_care: number | null;
  open_needs: number | null;
  open_needs_per_1000_families: number | null;
  /** By the code of a kind of help; one that nothing is known of is left out. */
  by_subject: Record<string, { organizations: number; free_capacity: number | null; open_needs: number | null; open_needs_here: number | null } | undefined>;
}

export interface AreasFigures {
  as_of: string | null;
  items: AreaFigures[];
}

/** An area in which more need help of a subject than there is help. */
export interface Gap {
  area: string;
  subject: string;
  /** Whether the area has others within: these needs are told of none of them. */
  spread: boolean;
  open_needs: number;
  organizations: number;
  free_capacity: number | null;
  nearest_km: number | null;
  /** Its id. */
  nearest_organization: string | null;
}

export interface Gaps {
  as_of: string | null;
  items: Gap[];
}
