// What a list of tickets is narrowed to: all of it stands in the address.

/** Words of the desk's surface. */
export const STATUSES = ["open", "in_progress", "pending_customer", "resolved", "closed"] as const;
export const PRIORITIES = ["low", "medium", "high", "critical"] as const;

export type Status = (typeof STATUSES)[number];
export type Priority = (typeof PRIORITIES)[number];

/** What may stand in the address. */
export interface Filter {
  page?: number;
  status?: Status;
  priority?: Priority;
  assigned_to?: number;
  unassigned?: true;
  overdue?: true;
  search?: string;
}

const word = <T extends string>(value: unknown, words: readonly T[]): T | undefined =>
  words.find((one) => one === value);
const yes = (value: unknown): true | undefined => (value === true || value === "true" ? true : undefined);
const number = (value: unknown): number | undefined =>
  Number.isInteger(Number(value)) && Number(value) > 0 ? Number(value) : undefined;

/** Reads an address; what makes no sense is left out. */
export function readFilter(search: Record<string, unknown>): Filter {
  const text = typeof search["search"] === "string" ? search["search"] : "";
  const status = search["status"] === "pending" ? "pending_customer" : search["status"];
  return clean({
    page: number(search["page"]),
    status: word(status, STATUSES),
    priority: word(search["priority"], PRIORITIES),
    assigned_to: number(search["assigned_to"]),
    unassigned: yes(search["unassigned"]),
    overdue: yes(search["overdue"]),
    search: text || undefined,
  });
}

/** A filter without what says nothing. */
export function clean(filter: { [K in keyof Filter]: Filter[K] | undefined }): Filter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Filter;
}
