// The audit log, read backwards: the server finds what is looked for, and tells it page by page.
import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";

import { type FleetAuditEntry, getAudit, type GetAuditExportData } from "../api";
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

/** Whether anything is looked for. */
export const isSought = (sought: Sought): boolean => Object.keys(sought).length > 0;

/** The last moment that the server knows, in milliseconds since 1970: the end of the year 9999. */
const LAST = 253_402_300_799_999;
/** The characters that the server searches for at most. */
const MOST = 255;

/** The moment at which a day begins where the reader is, or the one after it. */
const begin = (day: string, after = 0) => {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return Math.min(Math.max(new Date(year, month - 1, date + after).getTime(), 0), LAST);
};

const isAddress = (text: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);

/** What the server is asked for: an address as the one who did it, anything less of somebody as words. */
export function asked({ who = "", what = "", from, to }: Sought): NonNullable<GetAuditExportData["query"]> {
  const actor = isAddress(who.trim()) ? who.trim() : "";
  const search = [...(actor ? [] : [who]), what].join(" ").trim().slice(0, MOST);
  const first = from ? begin(from) : undefined;
  // No day lies between an end and a later beginning; the server takes that for a mistake.
  const end = to ? Math.max(begin(to, 1), first ?? 0) : undefined;
  return {
    ...(actor && { actor }),
    ...(search && { search }),
    ...(first !== undefined && { from: new Date(first).toISOString() }),
    ...(end !== undefined && { to: new Date(end).toISOString() }),
  };
}

/** Where all that is looked for is exported. */
export function exported(sought: Sought): string {
  const query = new URLSearchParams(asked(sought)).toString();
  return `/api/audit/export${query && `?${query}`}`;
}

/** Where it goes on, as the `Link` header says; nowhere if there is none. */
export function cursorOf(link: string | null | undefined): number | undefined {
  const cursor = /[?&]cursor=(\d+)[^>]*>; rel="next"/.exec(link ?? "")?.[1];
  return cursor === undefined ? undefined : Number(cursor);
}

/** Part of the log: a search may find nothing in it, and go on all the same. */
export interface Part {
  entries: FleetAuditEntry[];
  next: number | undefined;
}

async function part(sought: Sought, cursor: number | undefined): Promise<Part> {
  const call = getAudit({ query: { ...asked(sought), ...(cursor !== undefined && { cursor }) } });
  const entries = await answer(call);
  return { entries, next: cursorOf((await call).response?.headers.get("link")) };
}

/** The log, as far as it was read. */
export const log = (sought: Sought) =>
  infiniteQueryOptions({
    queryKey: ["audit", asked(sought)],
    queryFn: ({ pageParam }) => part(sought, pageParam),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ next }: Part) => next,
    placeholderData: keepPreviousData,
    // However far one has looked back would all be read again.
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
