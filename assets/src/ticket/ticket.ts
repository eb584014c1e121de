// One ticket, asked for and changed.
import { queryOptions, useMutation } from "@tanstack/react-query";

import {
  type DeskOneTicket,
  type DeskTicket,
  deleteTicketsByIdWatch,
  getTicketsById,
  postTicketsByIdAssign,
  postTicketsByIdMessages,
  postTicketsByIdStatus,
  postTicketsByIdWatch,
  putTicketsById,
} from "../api";
import { answer, queries } from "../frame/queries";
import type { Priority, Status } from "./filter";

/** The question for a ticket. */
export const ticket = (id: number) =>
  queryOptions({
    queryKey: ["ticket", id],
    queryFn: async (): Promise<DeskTicket> =>
      (await (answer(getTicketsById({ path: { id } })) as Promise<DeskOneTicket>)).ticket,
  });

/** A change of a ticket that is open on the page. */
export type Change =
  | { kind: "status"; status: Status }
  | { kind: "priority"; priority: Priority }
  | { kind: "assign"; user: number | null }
  | { kind: "watch"; watching: boolean }
  | { kind: "message"; body: string; note: boolean };

function ask(id: number, change: Change): Promise<unknown> {
  const path = { id };
  switch (change.kind) {
    case "status":
      return answer(postTicketsByIdStatus({ path, body: { status: change.status } }));
    case "priority":
      return answer(putTicketsById({ path, body: { priority: change.priority } }));
    case "assign":
      return answer(postTicketsByIdAssign({ path, body: { user_id: change.user } }));
    case "watch":
      return answer(change.watching ? postTicketsByIdWatch({ path }) : deleteTicketsByIdWatch({ path }));
    case "message":
      return answer(
        postTicketsByIdMessages({
          path,
          body: { body: change.body, type: change.note ? "note" : "reply" },
        }),
      );
  }
}

/** Changes a ticket, and asks for it again. */
export function useChange(id: number) {
  return useMutation({
    mutationFn: (change: Change) => ask(id, change),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["ticket", id] }),
        queries.invalidateQueries({ queryKey: ["tickets"] }),
      ]),
  });
}
