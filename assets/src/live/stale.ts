// What of all that pages have asked is stale once something has happened.
import type { Query, QueryKey } from "@tanstack/react-query";

import type { Happened } from "./stream";

/** Questions to ask again: all whose keys begin so. */
export interface Stale {
  queryKey: QueryKey;
  /** Only those about one of these servers; null is any of them. */
  servers?: string[] | null;
}

interface Data {
  ticket?: { id: number } | null;
  user_id?: number | null;
  content?: { server_id?: string };
  servers?: string[] | null;
}

const keys = (...all: QueryKey[]): Stale[] => all.map((queryKey) => ({ queryKey }));

/** The questions to ask again. */
export function stale({ kind, data }: Happened): Stale[] {
  const { ticket, user_id: user, content, servers = null } = (data ?? {}) as Data;
  const server = content?.server_id;
  switch (kind.split(".")[0]) {
    case "ready":
    case "reset":
      // Something may have been missed. An empty key is the beginning of every key.
      return keys([]);
    case "ticket":
    case "comment":
    case "sla":
      // Some came by mail: mailboxes count what they brought.
      return keys(["tickets"], ["dashboard"], ["mailboxes"], ...(ticket ? [["ticket", ticket.id]] : []));
    case "server":
      if (kind === "server.measured") {
        const measured = [["history"], ["peers"], ["devices"]].map((queryKey) => ({ queryKey, servers }));
        return [...keys(["statuses"]), ...measured];
      }
      return keys(["servers"], ["statuses"], ["devices"], ...(server ? [["server", server]] : []));
    case "peer":
      return keys(server ? ["peers", server] : ["peers"], ["devices"]);
    case "user":
      return keys(["people"], ...(user ? [["person", user]] : []));
    case "notification":
      return keys(["notifications"]);
    case "mailbox":
      return keys(["mailboxes"]);
    case "webhook":
      return keys(["webhooks"]);
    case "automation_rule":
      return keys(["rules"]);
    case "refused":
      return keys(["me"]);
    default:
      return [];
  }
}

/** The servers that a question is about: most name theirs in their key, the devices beside a ticket in their answer. */
function about({ queryKey, state }: Query): unknown[] {
  if (queryKey[0] !== "devices") return [queryKey[1]];
  const devices = (state.data ?? []) as { server: { id: string } }[];
  return devices.map((device) => device.server.id);
}

/** Whether a question is about one of the servers that have reported. */
export function isAbout(query: Query, servers: string[] | null | undefined): boolean {
  return !servers || about(query).some((one) => servers.includes(one as string));
}
