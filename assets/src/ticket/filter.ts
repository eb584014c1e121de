// What a list of tickets is narrowed to: all of it stands in the address.

/** Words of the desk's surface. */
export const STATUSES = ["open", "in_progress", "pending_customer", "resolved", "closed"] as const;
export const PRIORITIES = ["low", "medium", "high", "critical"] as const;

/** How far ahead deadlines are looked for, in minutes. */
export const DUE = [60, 240, 1440, 10_080] as const;

export type Status = (typeof STATUSES)[number];
export type Priority = (typeof PRIORITIES)[number];

/** What may stand in the address. */
export interface Filter {
  page?: number;
  status?: Status;
  priority?: Priority;
  project_id?: number;
  category_id?: number;
  assigned_to?: number;
  unassigned?: true;
  overdue?: true;
  unfinished?: true;
  /** Minutes: what is due first comes first then. */
  due_within?: number;
  deleted?: true;
  search?: string;
}

/** What has to be done, and by whom. */
export const NOBODYS: Filter = { unassigned: true, unfinished: true };
export const SOON: Filter = { due_within: 240 };
export const LATE: Filter = { overdue: true, unfinished: true };
export const PENDING: Filter = { status: "pending_customer" };
export const mine = (id: number | string): Filter => ({ assigned_to: Number(id), unfinished: true });

/** Changes of a filter; undefined takes something away. */
export type Narrowing = { [K in keyof Filter]?: Filter[K] | undefined };

/** Whether a ticket needs nothing more. */
export const isOver = (status: Status): boolean => status === "resolved" || status === "closed";

const word = <T extends string>(value: unknown, words: readonly T[]): T | undefined =>
  words.find((one) => one === value);
const yes = (value: unknown): true | undefined => (value === true || value === "true" ? true : undefined);
const number = (value: unknown): number | undefined =>
  Number.isInteger(Number(value)) && Number(value) > 0 ? Number(value) : undefined;

/** Reads an address; what makes no sense is left out. */
export function readFilter(search: Record<string, unknown>): Filter {
  const text = ["string", "number"].includes(typeof search["search"]) ? String(search["search"]) : "";
  const status = search["status"] === "pending" ? "pending_customer" : search["status"];
  return clean({
    page: number(search["page"]),
    status: word(status, STATUSES),
    priority: word(search["priority"], PRIORITIES),
    project_id: number(search["project_id"]),
    category_id: number(search["category_id"]),
    assigned_to: number(search["assigned_to"]),
    unassigned: yes(search["unassigned"]),
    overdue: yes(search["overdue"]),
    unfinished: yes(search["unfinished"]),
    due_within: DUE.find((minutes) => minutes === Number(search["due_within"])),
    deleted: yes(search["deleted"]),
    search: text || undefined,
  });
}

/** A filter without what says nothing. */
export function clean(filter: Narrowing): Filter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Filter;
}

/** Whether two filters show the same tickets, on whichever page. */
export function same(one: Filter, other: Filter): boolean {
  const key = ({ page: _, ...rest }: Filter) => JSON.stringify(Object.entries(rest).sort());
  return key(one) === key(other);
}
