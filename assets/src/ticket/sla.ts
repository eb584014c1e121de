// Where a ticket's deadlines come from, as its clocks tell it.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";

import { type DeskTicketClock, getTicketsByIdSla } from "../api";
import { answer } from "../frame/queries";
import { useTick } from "../frame/tick";

/** Milliseconds of a day: browsers cannot wait for a month. */
const DAY = 86_400_000;

/** The clocks of a ticket. */
const clocks = (ticket: number) =>
  queryOptions({
    queryKey: ["ticket", ticket, "sla"],
    queryFn: async () => (await answer(getTicketsByIdSla({ path: { id: ticket } }))).clocks,
  });

/** How a clock stands: it runs, waits for the customer, or has come to its end. */
export type Standing = "running" | "paused" | "met";

/** How a clock stands by what it does now. */
export function standing(clock: DeskTicketClock): Standing {
  const now = clock.spans.at(-1)?.cause;
  if (now === "answered" || now === "finished") return "met";
  return now === "pending" ? "paused" : "running";
}

/** Milliseconds from when a clock was told until its hours end or begin, if they do. */
export function turns(clock: DeskTicketClock): number {
  const told = clock.spans.at(-1)?.to;
  return clock.turns_at && told ? Date.parse(clock.turns_at) - Date.parse(told) : Infinity;
}

/** A clock as it stands so many milliseconds after it was told, if nothing has happened since: it counts in its hours. */
export function after(clock: DeskTicketClock, ms: number): DeskTicketClock {
  const state = standing(clock);
  const now = clock.spans.at(-1);
  if (state === "met" || !now) return clock;
  const counts = clock.is_open ? Math.max(0, Math.min(ms, turns(clock))) : 0;
  const to = new Date(Date.parse(now.to) + Math.max(0, ms)).toISOString();
  const span = { ...now, to, open_ms: Number(now.open_ms) + counts };
  return {
    ...clock,
    used_ms: Number(clock.used_ms) + (state === "running" ? counts : 0),
    paused_ms: Number(clock.paused_ms) + (state === "paused" ? counts : 0),
    spans: [...clock.spans.slice(0, -1), span],
  };
}

/**
 * The clocks of a ticket as they stand now. They go on by themselves; what happens to them is told, but not that their hours
 * end or begin: then they are asked for again.
 */
export function useClocks(ticket: number): DeskTicketClock[] | undefined {
  useTick();
  const { data, dataUpdatedAt: told, refetch } = useQuery(clocks(ticket));
  const turn = Math.min(Infinity, ...(data ?? []).filter((clock) => standing(clock) !== "met").map(turns));
  useEffect(() => {
    if (turn === Infinity) return undefined;
    const rest = Math.max(0, told + turn - Date.now());
    const timer = setTimeout(() => void refetch(), Math.min(rest, DAY));
    return () => clearTimeout(timer);
  }, [told, turn, refetch]);
  return data?.map((clock) => after(clock, Date.now() - told));
}
