// What of all that pages have asked is stale once something has happened.
import type { QueryKey } from "@tanstack/react-query";

import type { Happened } from "./stream";

interface Data {
  ticket?: { id: number } | null;
  user_id?: number | null;
  content?: { server_id?: string };
}

/** The beginnings of the keys of questions to ask again. */
export function stale({ kind, data }: Happened): QueryKey[] {
  const { ticket, user_id: user, content } = (data ?? {}) as Data;
  const server = content?.server_id;
  switch (kind.split(".")[0]) {
    case "ticket":
    case "comment":
    case "sla":
      // Some came by mail: mailboxes count what they brought.
      return [["tickets"], ["dashboard"], ["mailboxes"], ...(ticket ? [["ticket", ticket.id]] : [])];
    case "server":
      if (kind === "server.measured") return [["statuses"], ["history"], ["devices"]];
      return [["servers"], ["statuses"], ["devices"], ...(server ? [["server", server]] : [])];
    case "peer":
      return [server ? ["peers", server] : ["peers"], ["devices"]];
    case "user":
      return [["people"], ...(user ? [["person", user]] : [])];
    case "notification":
      return [["notifications"]];
    case "refused":
      return [["me"]];
    default:
      return [];
  }
}
