// What the helpdesk's surface knows of a ticket beyond the desk's: its own fields, its links, its due date.
import { queryOptions } from "@tanstack/react-query";

import { type HelpdeskTicket, type HelpdeskTicketChange, patchTicketsById } from "../api";
import { answer } from "../frame/queries";
import { useSave } from "../frame/Sheet";

/** A change in which everything stays answers what there is: a session is shown the desk's surface where one only reads. */
const nothing = (uuid: string) => ({ path: { id: uuid }, body: {} });

/** The question for it. */
export const moreOf = (id: number, uuid: string) =>
  queryOptions({
    queryKey: ["ticket", id, "more"],
    queryFn: (): Promise<HelpdeskTicket> => answer(patchTicketsById(nothing(uuid))),
  });

/** What is shown of another ticket that this one has to do with. */
export const briefOf = (uuid: string) =>
  queryOptions({
    queryKey: ["tickets", "brief", uuid],
    queryFn: (): Promise<HelpdeskTicket> => answer(patchTicketsById(nothing(uuid))),
  });

/** Changes some of it. */
export const useMore = (id: number, uuid: string) =>
  useSave({
    ask: (body: HelpdeskTicketChange) => answer(patchTicketsById({ path: { id: uuid }, body })),
    again: [["ticket", id], ["tickets"]],
  });
