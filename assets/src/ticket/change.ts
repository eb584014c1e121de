// What can be done to a ticket.
import {
  deleteTicketsById,
  deleteTicketsByIdWatch,
  postTicketsByIdAssign,
  postTicketsByIdRate,
  postTicketsByIdRestore,
  postTicketsByIdStatus,
  postTicketsByIdWatch,
  putTicketsById,
} from "../api";
import { answer } from "../frame/queries";
import type { Priority, Status } from "./filter";

/** A change of a ticket. */
export type Change =
  | { kind: "status"; status: Status }
  | { kind: "priority"; priority: Priority }
  | { kind: "category"; category: number | null }
  | { kind: "tags"; tags: number[] }
  | { kind: "assign"; user: number | null }
  | { kind: "field"; name: string; value: unknown }
  | { kind: "watch"; watching: boolean }
  | { kind: "rate"; score: number; comment: string }
  | { kind: "delete" }
  | { kind: "restore" };

/** Asks for a change. */
export function ask(id: number, change: Change): Promise<unknown> {
  const path = { id };
  switch (change.kind) {
    case "status":
      return answer(postTicketsByIdStatus({ path, body: { status: change.status } }));
    case "priority":
      return answer(putTicketsById({ path, body: { priority: change.priority } }));
    case "category":
      return answer(putTicketsById({ path, body: { category_id: change.category } }));
    case "tags":
      return answer(putTicketsById({ path, body: { tags: change.tags } }));
    case "assign":
      return answer(postTicketsByIdAssign({ path, body: { user_id: change.user } }));
    case "field":
      return answer(putTicketsById({ path, body: { custom_fields: { [change.name]: change.value } } }));
    case "watch":
      return answer(change.watching ? postTicketsByIdWatch({ path }) : deleteTicketsByIdWatch({ path }));
    case "rate":
      return answer(
        postTicketsByIdRate({ path, body: { score: change.score, comment: change.comment || null } }),
      );
    case "delete":
      return answer(deleteTicketsById({ path }));
    case "restore":
      return answer(postTicketsByIdRestore({ path }));
  }
}
