// What this instance sorts tickets by: categories, tags and groups of agents.
import { queryOptions } from "@tanstack/react-query";

import { getAgentGroups, getCategories, getTags } from "../api";
import { answer } from "../frame/queries";

/** The tree of categories. */
export const categories = queryOptions({
  queryKey: ["categories"],
  queryFn: async () => (await answer(getCategories())).categories,
});

/** The tags. */
export const tags = queryOptions({
  queryKey: ["tags"],
  queryFn: async () => (await answer(getTags())).tags,
});

/** The groups of agents. */
export const groups = queryOptions({
  queryKey: ["groups"],
  queryFn: () => answer(getAgentGroups({ query: { limit: 1000 } })),
});
