/**
 * Speak Arabic, Persian and English: messages with their plural forms, numbers and dates in each language's own digits
 * and calendar, and names that come in several languages. The language is fixed while a page is loaded; switching it
 * loads the page's address with another `lang`.
 */

import ar from "./messages/ar.json";
import en from "./messages/en.json";
import fa from "./messages/fa.json";
import type { Names } from "./types";

export type Code = "ar" | "fa" | "en";
type Message = string | Partial<Record<Intl.LDMLPluralRule, string>>;
export type Key = keyof typeof en;

/** The languages of the page under their own names. */
export const LANGUAGES: Record<Code, string> = { ar: "العربية", fa: "فارسی", en: "English" };

const CATALOGUES: Record<Code, Record<Key, Message>> = { ar, fa, en };
const LOCALES: Record<Code, string> = { ar: "ar-EG-u-nu-arab", fa: "fa-IR-u-nu-arabext", en: "en-GB" };
/** Counts of referrals below this are not published. */
const FEW = 5;
const REMEMBERED = "tashbik.language";

export class Language {
  readonly direction: "rtl" | "ltr";
  private readonly locale: string;
  private readonly plurals: Intl.PluralRules;
  private readonly numbers: Intl.NumberFormat;
  readonly compare: (one: string, other: string) => number;

  constructor(readonly code: Code) {
    this.direction = code === "en" ? "ltr" : "rtl";
    this.locale = LOCALES[code];
    this.plurals = new Intl.PluralRules(this.locale);
    this.numbers = new Intl.NumberFormat(this.locale);
    this.compare = new Intl.Collator(this.locale, { numeric: true }).compare;
  }

  /** Return a message with its `{places}` filled; `n` also chooses the plural form. */
  text(key: Key, values: Record<string, string | number> = {}): string {
    const message = CATALOGUES[this.code][key];
    const form = typeof message === "string" ? message : this.form(message, Number(values.n));
    return form.replace(/\{(\w+)\}/g, (_, name: string) => this.shown(values[name]));
  }

  /** Return the message of a code from an open list (a type of organization, say), or the code itself. */
  term(list: string, code: string): string {
    const message = (CATALOGUES[this.code] as Record<string, Message>)[`${list}.${code}`];
    return typeof message === "string" ? message : code;
  }

  /** Return a year as it stands in the data: which days of two calendars' years are meant nobody knows. */
  year(value: number): string {
    return new Intl.NumberFormat(this.locale, { useGrouping: false }).format(value);
  }

  number(value: number): string {
    return this.numbers.format(value);
  }

  /** Return a count as it is published: rounded down, or null where it is too small to be told. */
  count(value: number | null): string {
    return value === null ? this.text("few", { n: FEW }) : this.text("many", { n: value });
  }

  /** Return the day in this language's calendar, or nothing where the text is no time. */
  date(iso: string): string {
    const time = new Date(iso);
    return Number.isNaN(time.valueOf()) ? "" : new Intl.DateTimeFormat(this.locale, { dateStyle: "long" }).format(time);
  }

  /** Return a day of the calendar that stands in the data as `2026-03-09`, whatever the reader's time zone. */
  day(iso: string): string {
    return this.utc(new Date(`${iso.slice(0, 10)}T00:00Z`), { dateStyle: "long" }) || iso;
  }

  /** Return a time of day, and the name of a day of the week, of a moment in UTC. */
  timeOfDay(at: Date): string {
    return this.utc(at, { hour: "numeric", minute: "2-digit" }).replace(/\s/g, "\u00a0");
  }

  weekday(at: Date): string {
    return this.utc(at, { weekday: "long" });
  }

  /** Return how far a clock is ahead of UTC, in minutes, as a time zone is told. */
  offset(minutes: number): string {
    const signed = new Intl.NumberFormat(this.locale, { signDisplay: "always", useGrouping: false });
    const [hours, rest] = [Math.trunc(minutes / 60), Math.abs(minutes % 60)];
    const told = signed.format(minutes < 0 && !hours ? -0 : hours) + (rest ? `:${this.padded(rest)}` : "");
    return this.text("schedule.zone", { offset: minutes ? told : "" }).trim();
  }

  /** Return an amount of money; without a currency, the number alone. */
  money(amount: number, currency: string): string {
    if (!/^[A-Z]{3}$/.test(currency)) return this.number(amount);
    return new Intl.NumberFormat(this.locale, { style: "currency", currency, minimumFractionDigits: amount % 1 ? 2 : 0 }).format(amount);
  }

  /** Return a distance in kilometres. */
  far(metres: number): string {
    const kilometres = { style: "unit", unit: "kilometer", unitDisplay: "short", maximumFractionDigits: metres < 10_000 ? 1 : 0 } as const;
    return new Intl.NumberFormat(this.locale, kilometres).format(metres / 1000);
  }

  /** Return a country's name by its code. */
  country(code: string): string {
    if (!/^[A-Z]{2}$/.test(code)) return code;
    return new Intl.DisplayNames(this.locale, { type: "region" }).of(code) ?? code;
  }

  /** Join words with this language's comma. */
  list(words: string[]): string {
    return words.join(this.direction === "rtl" ? "، " : ", ");
  }

  /** Return a language's name in this language. */
  languageName(code: string): string {
    if (!/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(code)) return code;
    return new Intl.DisplayNames(this.locale, { type: "language" }).of(code) ?? code;
  }

  /** Return the name in this language, or else in another. */
  name(names: Names | undefined, otherwise: string): string {
    return names?.[this.code] || names?.ar || names?.en || names?.fa || otherwise;
  }

  private padded(value: number): string {
    return new Intl.NumberFormat(this.locale, { minimumIntegerDigits: 2 }).format(value);
  }

  private utc(at: Date, how: Intl.DateTimeFormatOptions): string {
    if (Number.isNaN(at.valueOf())) return "";
    return new Intl.DateTimeFormat(this.locale, { ...how, timeZone: "UTC" }).format(at);
  }

  private form(message: Exclude<Message, string>, n: number): string {
    return message[this.plurals.select(n)] ?? message.other ?? "";
  }

  private shown(value: string | number | undefined): string {
    return typeof value === "number" ? this.number(value) : (value ?? "");
  }
}

/** Choose a language: the address's, the remembered one, the browser's, the node's, Arabic; the first that we speak. */
export function chooseLanguage(search: string, ofNode: string): Language {
  const asked = new URLSearchParams(search).get("lang");
  if (isCode(asked)) remember(asked);
  const ofBrowser = navigator.languages.map((tag) => tag.split("-")[0] ?? "");
  const code = [asked, remembered(), ...ofBrowser, ofNode].find(isCode) ?? "ar";
  return new Language(code);
}

function isCode(text: string | null | undefined): text is Code {
  return text === "ar" || text === "fa" || text === "en";
}

function remember(code: Code): void {
  try {
    localStorage.setItem(REMEMBERED, code);
  } catch {
    // A browser may refuse storage; the address still carries the language.
  }
}

function remembered(): string | null {
  try {
    return localStorage.getItem(REMEMBERED);
  } catch {
    return null;
  }
}
