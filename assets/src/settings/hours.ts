// Business hours: as the API keeps them, and as a form holds them.

/** The days, from Monday, as the API calls them. */
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** One of them. */
export type Day = (typeof DAYS)[number];

/** From and to, as HH:MM. */
export type Span = [string, string];

/** What a form holds: holidays are lines of a date and a name. */
export interface Hours {
  zone: string;
  week: Record<Day, Span[]>;
  holidays: string;
}

interface Kept {
  time_zone?: string;
  week?: Partial<Record<Day, Span[]>>;
  holidays?: { date: string; name?: string | null }[];
}

/** Hours for a form; of a policy around the clock, those of an office. */
export function read(kept: object | null): Hours {
  const { time_zone, week, holidays } = (kept ?? {}) as Kept;
  const office: Span[] = [["09:00", "17:00"]];
  const of = (day: Day): Span[] =>
    kept ? (week?.[day] ?? []) : day === "sat" || day === "sun" ? [] : office;
  return {
    zone: time_zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    week: Object.fromEntries(DAYS.map((day) => [day, of(day)])) as Record<Day, Span[]>,
    holidays: (holidays ?? []).map(({ date, name }) => `${date} ${name ?? ""}`.trim()).join("\n"),
  };
}

/** Hours for the API. */
export function write({ zone, week, holidays }: Hours): Record<string, unknown> {
  const lines = holidays.split("\n").map((line) => line.trim());
  return {
    time_zone: zone,
    week: Object.fromEntries(DAYS.filter((day) => week[day].length > 0).map((day) => [day, week[day]])),
    holidays: lines.filter(Boolean).map((line) => {
      const [date, ...name] = line.split(/\s+/);
      return { date, name: name.join(" ") };
    }),
  };
}
