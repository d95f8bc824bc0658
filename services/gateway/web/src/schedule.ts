/**
 * Read when something is open. What is said of this moment is computed from plain weekly rules only and told in the node's
 * time zone; every other rule is shown as it was given, and keeps us from saying "closed". A rule tells its hours in its own
 * time zone, and names it where it is not the node's.
 */

import type { Language } from "./language";
import type { Schedule } from "./types";

const DAYS = ["SU", "MO", "TU", "WE", "TH", "FR", "SA"];
const PLAIN_DAYS = /^(SU|MO|TU|WE|TH|FR|SA)(,(SU|MO|TU|WE|TH|FR|SA))*$/;
const CLOCK = /^(\d{2}):(\d{2})(?::\d{2})?(Z|[+-]\d{2}:?\d{2})?$/;
const WEEK = 7;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** The first Sunday after the beginning of time as computers count it. */
const SUNDAY = 3 * DAY;
/** A run of so many days is told by its ends. */
const RUN = 3;

/** A turn that is to come: in so many minutes, and by the node's clock so many days ahead at a time of day. */
interface Turn {
  ahead: number;
  days: number;
  weekday: number;
  /** Minutes from midnight. */
  at: number;
  /** Minutes that the node is east of UTC then, where the rule is of another time zone; else null. */
  told: number | null;
}

/** Open until a turn, or closed until one. */
export type Standing = Turn & { open: boolean };

interface Weekly {
  days: number[];
  opens: number;
  closes: number;
  from: string;
  to: string;
  /** Minutes east of UTC, or null for the node's own time zone. */
  offset: number | null;
}

/** Say how things stand at a moment, or null where the rules do not tell. */
export function standing(schedules: Schedule[], zone: string, at: Date): Standing | null {
  const rules = schedules.map(weekly);
  const known = rules.filter((rule): rule is Weekly => rule !== null);
  const there = (rule: Weekly) => localTime(at, rule.offset, zone);
  const open = known.filter((rule) => holds(rule, there(rule), 0) && isWithin(rule, there(rule).minutes));
  const last = inOrder(open.map((rule) => turn(rule, 0, rule.closes, zone, at))).pop();
  if (last) return { ...last, open: true };
  if (known.length < rules.length) return null;
  const [next] = inOrder(known.flatMap((rule) => nextOpening(rule, zone, at)));
  return next ? { ...next, open: false } : null;
}

/** Say how things stand, in words. */
export function standingInWords(standing: Standing, language: Language): string {
  const zone = standing.told === null ? "" : ` (${language.offset(standing.told)})`;
  const values = { time: time(standing.at, language) + zone, day: dayName(standing.weekday, language) };
  if (standing.open) return language.text("schedule.open", values);
  if (standing.days === 0) return language.text("schedule.opens.today", values);
  return language.text(standing.days === 1 ? "schedule.opens.tomorrow" : "schedule.opens.day", values);
}

/** Say a rule in words: its days, hours and the days between which it holds; or as it was given. `zone` is the node's. */
export function scheduleInWords(schedule: Schedule, zone: string, at: Date, language: Language): string {
  const rule = weekly(schedule);
  const days = rule ? daysInWords(rule.days, language) : asGiven(schedule);
  const parts = [days, hours(schedule, zone, at, language), ...between(schedule, language), schedule.description, schedule.notes];
  return language.list(parts.filter((part): part is string => Boolean(part)));
}

/** Say a set of days of the week in words; those that follow each other by the first and the last of them. */
export function daysInWords(days: number[], language: Language): string {
  const set = new Set(days);
  if (set.size === WEEK) return language.text("schedule.daily");
  const first = [...set].find((day) => !set.has((day + WEEK - 1) % WEEK)) ?? 0;
  const run = Array.from({ length: set.size }, (_, step) => (first + step) % WEEK);
  if (run.length >= RUN && run.every((day) => set.has(day))) {
    const last = run[run.length - 1] ?? first;
    return language.text("schedule.range", { from: dayName(first, language), to: dayName(last, language) });
  }
  const begins = language.code === "en" ? 1 : 6;
  const inOrder = [...set].sort((one, other) => ((one - begins + WEEK) % WEEK) - ((other - begins + WEEK) % WEEK));
  return language.list(inOrder.map((day) => dayName(day, language)));
}

/** Return a rule that repeats each week on whole days between two times of day, or null for any other. */
function weekly(schedule: Schedule): Weekly | null {
  const { freq, interval, count, byday, byweekno, bymonthday, byyearday } = schedule;
  const opens = clock(schedule.opens_at);
  const closes = clock(schedule.closes_at);
  const repeats = freq === "WEEKLY" && (interval ?? 1) === 1 && !count && PLAIN_DAYS.test(byday ?? "");
  if (!repeats || byweekno || bymonthday || byyearday || !opens || !closes || closes.minutes <= opens.minutes) return null;
  const offset = opens.offset ?? offsetOf(schedule.timezone);
  if (Number.isNaN(offset) || offset !== (closes.offset ?? offsetOf(schedule.timezone))) return null;
  return {
    days: (byday ?? "").split(",").map((day) => DAYS.indexOf(day)),
    opens: opens.minutes,
    closes: closes.minutes,
    from: [schedule.valid_from ?? "", schedule.dtstart ?? ""].sort()[1] ?? "",
    to: [schedule.valid_to, schedule.until].filter(Boolean).sort()[0] ?? "",
    offset,
  };
}

function nextOpening(rule: Weekly, zone: string, at: Date): Turn[] {
  const now = localTime(at, rule.offset, zone);
  for (let days = 0; days <= WEEK; days += 1) {
    const later = days > 0 || rule.opens > now.minutes;
    if (later && holds(rule, now, days)) return [turn(rule, days, rule.opens, zone, at)];
  }
  return [];
}

/** Return when a rule's clock is at some minutes of a day that is so many days ahead, by the node's clock. */
function turn(rule: Weekly, days: number, minutes: number, zone: string, at: Date): Turn {
  const there = localTime(at, rule.offset, zone);
  const ahead = days * 24 * 60 + minutes - there.minutes;
  if (rule.offset === null) return { ahead, days, weekday: (there.weekday + days) % WEEK, at: minutes, told: null };
  const moment = new Date(at.valueOf() + ahead * MINUTE);
  const [now, then] = [localTime(at, null, zone), localTime(moment, null, zone)];
  const offset = offsetIn(zone, moment);
  return {
    ahead,
    days: (Date.parse(then.date) - Date.parse(now.date)) / DAY,
    weekday: then.weekday,
    at: then.minutes,
    told: offset === rule.offset ? null : offset,
  };
}

function inOrder(turns: Turn[]): Turn[] {
  return [...turns].sort((one, other) => one.ahead - other.ahead);
}

function holds(rule: Weekly, now: LocalTime, ahead: number): boolean {
  const date = new Date(Date.parse(`${now.date}T00:00Z`) + ahead * DAY).toISOString().slice(0, 10);
  return rule.days.includes((now.weekday + ahead) % WEEK) && rule.from <= date && (!rule.to || date <= rule.to);
}

function isWithin(rule: Weekly, minutes: number): boolean {
  return rule.opens <= minutes && minutes < rule.closes;
}

interface LocalTime {
  date: string;
  weekday: number;
  minutes: number;
}

function localTime(at: Date, offset: number | null, zone: string): LocalTime {
  const east = offset ?? offsetIn(zone, at);
  const local = new Date(at.valueOf() + east * MINUTE);
  return {
    date: local.toISOString().slice(0, 10),
    weekday: local.getUTCDay(),
    minutes: local.getUTCHours() * 60 + local.getUTCMinutes(),
  };
}

/** Return how many minutes a time zone is east of UTC at a moment. */
function offsetIn(zone: string, at: Date): number {
  const options = { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" } as const;
  const told = new Intl.DateTimeFormat("en-GB", options).formatToParts(at);
  const part = (type: string) => Number(told.find((one) => one.type === type)?.value);
  const there = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"));
  return Math.round((there - at.valueOf()) / MINUTE);
}

/** Read a time of day; `offset` is null where it names none. */
function clock(text: string | null | undefined): { minutes: number; offset: number | null } | null {
  const read = CLOCK.exec(text ?? "");
  if (!read) return null;
  const [, hours, minutes, zone] = read;
  return { minutes: Number(hours) * 60 + Number(minutes), offset: zone ? offsetWritten(zone) : null };
}

function offsetWritten(zone: string): number {
  if (zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone.startsWith("-") ? -minutes : minutes;
}

/** Return a rule's own hours east of UTC as minutes; null where it names none, NaN where no such zone is. */
function offsetOf(hours: number | null | undefined): number | null {
  if (hours === null || hours === undefined) return null;
  return Math.abs(hours) <= 14 ? hours * 60 : NaN;
}

function hours({ opens_at, closes_at, timezone }: Schedule, zone: string, at: Date, language: Language): string {
  const opens = clock(opens_at);
  const closes = clock(closes_at);
  if (!opens || !closes) return [opens_at, closes_at].filter(Boolean).join("–");
  const [first, last] = [opens, closes].map(({ offset }) => zoneInWords(offset, timezone, zone, at, language));
  const begins = time(opens.minutes, language) + (first === last ? "" : first);
  return language.text("schedule.hours", { opens: begins, closes: time(closes.minutes, language) + last });
}

/** Name the time zone of a time of day, in brackets; nothing where its clock is the node's at present. */
function zoneInWords(written: number | null, ofRule: number | null | undefined, zone: string, at: Date, language: Language): string {
  const offset = written ?? (typeof ofRule === "number" ? ofRule * 60 : null);
  if (offset === null || (zone && offset === offsetIn(zone, at))) return "";
  return ` (${language.offset(offset)})`;
}

function between({ valid_from, valid_to, dtstart, until }: Schedule, language: Language): string[] {
  const [from, to] = [valid_from || dtstart, valid_to || until];
  return [
    from ? language.text("from", { date: language.day(from) }) : "",
    to ? language.text("to", { date: language.day(to) }) : "",
  ];
}

/** Return a rule by its own words where it has any, else by those of RFC 5545. */
function asGiven(schedule: Schedule): string {
  if (schedule.description || schedule.notes) return "";
  const { freq, interval, byday, bymonthday, byweekno, byyearday, count } = schedule;
  const named = { FREQ: freq, INTERVAL: interval, BYDAY: byday, BYMONTHDAY: bymonthday, BYWEEKNO: byweekno, BYYEARDAY: byyearday, COUNT: count };
  const given = Object.entries(named).filter(([, value]) => value);
  return given.map(([name, value]) => `${name}=${value}`).join(";");
}

function time(minutes: number, language: Language): string {
  return language.timeOfDay(new Date(minutes * MINUTE));
}

function dayName(weekday: number, language: Language): string {
  return language.weekday(new Date(SUNDAY + weekday * DAY));
}
