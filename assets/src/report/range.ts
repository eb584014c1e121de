// What reports are about: all of it stands in the address.
import dayjs from "dayjs";

/** How long a period of the chart is. */
export const PERIODS = ["day", "week", "month"] as const;

/** One of them. */
export type Period = (typeof PERIODS)[number];

/** What may stand in the address; without days, the last 30. */
export interface Range {
  from?: string;
  to?: string;
  project_id?: number;
  group_by?: Period;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A range without what says nothing. */
export function clean(range: { [K in keyof Range]: Range[K] | undefined }): Range {
  return Object.fromEntries(Object.entries(range).filter(([, value]) => value !== undefined)) as Range;
}

/** Reads an address; what makes no sense is left out. */
export function readRange(search: Record<string, unknown>): Range {
  const day = (value: unknown) => (typeof value === "string" && DAY.test(value) ? value : undefined);
  const project = Number(search["project_id"]);
  return clean({
    from: day(search["from"]),
    to: day(search["to"]),
    project_id: Number.isInteger(project) && project > 0 ? project : undefined,
    group_by: PERIODS.find((period) => period === search["group_by"]),
  });
}

/** The last so many days, today included. */
export const last = (days: number): [string, string] => [
  dayjs()
    .subtract(days - 1, "day")
    .format("YYYY-MM-DD"),
  dayjs().format("YYYY-MM-DD"),
];
