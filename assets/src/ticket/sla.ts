// Where a ticket's deadlines come from, as its clocks tell it.
import { queryOptions } from "@tanstack/react-query";

import { type DeskTicketClock, getTicketsByIdSla } from "../api";
import { answer } from "../frame/queries";

/** The clocks of a ticket. */
export const clocks = (ticket: number) =>
  queryOptions({
    queryKey: ["ticket", ticket, "sla"],
    queryFn: async () => (await answer(getTicketsByIdSla({ path: { id: ticket } }))).clocks,
    refetchInterval: 60_000,
  });

/** How a clock stands: it runs, waits for the customer, or has come to its end. */
export type Standing = "running" | "paused" | "met";

/** How a clock stands by what it does now. */
export function standing(clock: DeskTicketClock): Standing {
  const now = clock.spans.at(-1)?.cause;
  if (now === "answered" || now === "finished") return "met";
  return now === "pending" ? "paused" : "running";
}
