// Every kind of thing that is told of what happens.
import type { DeskKindWord } from "../api";

// A record: whoever adds a kind to the API cannot forget it here, and a kind that nobody listens for by name is not heard.
const KEPT: Record<DeskKindWord, true> = {
  "ticket.created": true,
  "ticket.updated": true,
  "ticket.assigned": true,
  "ticket.rated": true,
  "ticket.merged": true,
  "ticket.unmerged": true,
  "ticket.deleted": true,
  "ticket.restored": true,
  "comment.created": true,
  "comment.updated": true,
  "sla.breached": true,
  "server.created": true,
  "server.updated": true,
  "server.deleted": true,
  "server.online": true,
  "server.offline": true,
  "peer.created": true,
  "peer.updated": true,
  "peer.deleted": true,
  "user.created": true,
  "user.updated": true,
  "user.deleted": true,
  "automation_rule.switched_off": true,
  "mailbox.failing": true,
  "mailbox.recovered": true,
  "webhook.switched_off": true,
};

/** What can happen, in groups of one noun. */
export const EVENTS = Object.keys(KEPT) as DeskKindWord[];

/** Everything that the stream tells: what happens, what one misses otherwise, and what is not kept. */
export const TOLD: string[] = [
  ...EVENTS,
  "ready",
  "reset",
  "notification",
  "presence",
  "ticket.gone",
  "server.measured",
];
