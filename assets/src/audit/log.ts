// The audit log, read backwards: the server tells it page by page, and what is looked for is found here.
import { infiniteQueryOptions } from "@tanstack/react-query";

import { type FleetAuditEntry, getAudit } from "../api";
import { answer } from "../frame/queries";

/** What is looked for. */
export interface Sought {
  who?: string;
  what?: string;
  /** A day, the first that counts. */
  from?: string;
  /** A day, the last that counts. */
  to?: string;
}

/** Entries that are asked for at once: while something is looked for, as many as the server gives. */
export const atOnce = (sought: Sought): number => (isSought(sought) ? 1000 : 100);

/** Whether anything is looked for. */
export const isSought = (sought: Sought): boolean => Object.keys(sought).length > 0;

const has = (text: string | null, part: string | undefined) =>
  !part || (text ?? "").toLowerCase().includes(part.trim().toLowerCase());

/** The moment at which a day begins where the reader is, or the one after it. */
const begin = (day: string, after = 0) => {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + after).getTime();
};

/** Whether an entry is one that is looked for. */
export function isOne(entry: FleetAuditEntry, { who, what, from, to }: Sought): boolean {
  const at = Date.parse(entry.created_at);
  return (
    has(entry.actor, who) &&
    [entry.action, entry.action.replaceAll("_", " "), entry.target].some((text) => has(text, what)) &&
    (!from || at >= begin(from)) &&
    (!to || at < begin(to, 1))
  );
}

/** Whether nothing older can be one. */
export const isPast = (entry: FleetAuditEntry | undefined, { from }: Sought): boolean =>
  from !== undefined && entry !== undefined && Date.parse(entry.created_at) < begin(from);

/** The log, as far as it was read. */
export const log = (limit: number) =>
  infiniteQueryOptions({
    queryKey: ["audit", limit],
    queryFn: ({ pageParam: offset }) => answer(getAudit({ query: { limit, offset } })),
    initialPageParam: 0,
    getNextPageParam: (last, all) => (last.length === limit ? all.length * limit : undefined),
    // Entries move along while others are written: what was read before is not read again by itself.
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
