// How numbers and times are shown: exactly, in the reader's language and zone.
import dayjs from "dayjs";
import relative from "dayjs/plugin/relativeTime";
import i18next from "i18next";

dayjs.extend(relative);

/** A count as the API sends it: beyond 2^53 it comes as a bigint. */
export type Count = number | bigint;

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/** The reader's own variety of the language that pages speak: their browser knows it. */
const variety = (): string =>
  globalThis.navigator?.languages?.find((tag) => tag.split("-")[0] === i18next.language) ?? i18next.language;

// Making one takes longer than using it a hundred times.
const made = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function kept<T extends Intl.NumberFormat | Intl.DateTimeFormat>(kind: string, make: (tag: string) => T): T {
  const key = `${i18next.language} ${kind}`;
  const known = made.get(key) ?? make(variety());
  made.set(key, known);
  return known as T;
}

/** Bytes in a unit that fits, with one decimal from KiB on. */
export function bytes(count: Count): string {
  let unit = 0;
  let scaled = Number(count);
  while (scaled >= 1024 && unit < UNITS.length - 1) {
    scaled /= 1024;
    unit += 1;
  }
  const digits = unit === 0 ? 0 : 1;
  const fixed = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const number = kept(`bytes ${digits}`, (tag) => new Intl.NumberFormat(tag, fixed));
  return `${number.format(scaled)} ${UNITS[unit] ?? ""}`;
}

/** A count with every digit. */
export function exact(count: Count): string {
  return kept("exact", (tag) => new Intl.NumberFormat(tag)).format(count);
}

/** Milliseconds with one decimal. */
export function milliseconds(ms: number): string {
  const number = kept("milliseconds", (tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: 1 }));
  return `${number.format(ms)} ms`;
}

/** A moment in the reader's zone: day and time. */
export function moment(time: string): string {
  const form = { dateStyle: "medium", timeStyle: "short" } as const;
  return kept("moment", (tag) => new Intl.DateTimeFormat(tag, form)).format(new Date(time));
}

/** A day, as YYYY-MM-DD, in words. */
export function day(date: string): string {
  // At noon it is that day in the reader's zone as well.
  return kept("day", (tag) => new Intl.DateTimeFormat(tag, { dateStyle: "medium" })).format(
    new Date(`${date}T12:00`),
  );
}

/** How long ago a moment was, or how far ahead it is. */
export function ago(time: string): string {
  return dayjs(time).fromNow();
}

/** How much time lies between now and a moment, whichever comes first. */
export function span(time: string): string {
  return dayjs(time).fromNow(true);
}

/** A number that a double may not hold: the largest that it holds for sure is 9 007 199 254 740 991. */
const LARGE = /(?:^|[:,[])\s*-?(?:9\d{15}|\d{17})/;

/**
 * Reads JSON without losing digits: whole numbers that a double cannot hold become bigints. Browsers that do not tell the
 * source of a number (JSON.parse source text access) round them.
 */
export function parse(text: string): unknown {
  // Ten thousand devices take three times as long to read when each of their values is looked at.
  if (!LARGE.test(text)) return JSON.parse(text);
  const revive = (_key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "")
      ? BigInt(context?.source ?? 0)
      : value;
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown);
}

/** A length of time in its two largest units, from minutes. */
export function duration(minutes: number): string {
  const whole = Math.round(minutes);
  const parts = [
    { unit: "day", count: Math.floor(whole / 1440) },
    { unit: "hour", count: Math.floor((whole % 1440) / 60) },
    { unit: "minute", count: whole % 60 },
  ];
  const shown = parts.filter(({ count }) => count > 0).slice(0, 2);
  const say = ({ unit, count }: { unit: string; count: number }) =>
    kept(unit, (tag) => new Intl.NumberFormat(tag, { style: "unit", unit, unitDisplay: "short" })).format(
      count,
    );
  return (shown.length > 0 ? shown : [{ unit: "minute", count: 0 }]).map(say).join(" ");
}

/** A share of a hundred, with one decimal at most. */
export function percent(share: number): string {
  const form = { style: "percent", maximumFractionDigits: 1 } as const;
  return kept("percent", (tag) => new Intl.NumberFormat(tag, form)).format(share / 100);
}
