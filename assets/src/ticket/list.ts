// The list of tickets, asked for.
import { queryOptions } from "@tanstack/react-query";

import { type DeskPaginatedTicketRow, getTickets } from "../api";
import { answer } from "../frame/queries";
import type { Filter } from "./filter";

const PER_PAGE = 50;

/** The question for one page of the tickets that a filter leaves. */
export const list = (filter: Filter) =>
  queryOptions({
    queryKey: ["tickets", filter],
    queryFn: () =>
      answer(
        getTickets({ query: { ...filter, page: filter.page ?? 1, per_page: PER_PAGE } }),
      ) as Promise<DeskPaginatedTicketRow>,
  });
