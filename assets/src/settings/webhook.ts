// Webhooks and what they delivered, asked for.
import { queryOptions } from "@tanstack/react-query";

import { getWebhooks, getWebhooksByIdDeliveries } from "../api";
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
    // Nobody tells what became of one.
    refetchInterval: ({ state }) => (state.data?.some(({ status }) => status === "waiting") ? 2_000 : 10_000),
  });
