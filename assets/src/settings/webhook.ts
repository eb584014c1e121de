// Webhooks and what they delivered, asked for.
import { queryOptions } from "@tanstack/react-query";

import { type DeskKindWord, getWebhooks, getWebhooksByIdDeliveries } from "../api";
import { answer } from "../frame/queries";

/** All of them. */
export const webhooks = queryOptions({
  queryKey: ["webhooks"],
  queryFn: async () => (await answer(getWebhooks())).webhooks,
});

/** The newest deliveries of one. */
export const deliveries = (id: number) =>
  queryOptions({
    queryKey: ["webhook", id, "deliveries"],
    queryFn: async () =>
      (await answer(getWebhooksByIdDeliveries({ path: { id }, query: { limit: 100 } }))).deliveries,
  });

/** What can happen, in groups of one noun. */
export const EVENTS: DeskKindWord[] = [
  "ticket.created",
  "ticket.updated",
  "ticket.assigned",
  "ticket.rated",
  "ticket.merged",
  "ticket.unmerged",
  "ticket.deleted",
  "ticket.restored",
  "comment.created",
  "comment.updated",
  "sla.breached",
  "server.created",
  "server.updated",
  "server.deleted",
  "server.online",
  "server.offline",
  "peer.created",
  "peer.updated",
  "peer.deleted",
  "user.created",
  "user.updated",
  "user.deleted",
  "automation_rule.switched_off",
];
