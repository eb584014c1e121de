// The articles that anybody may read, asked for.
import { queryOptions } from "@tanstack/react-query";

import { getPublicKb, getPublicKbById } from "../api";
import { answer } from "../frame/queries";

/** How many articles a list shows. */
const MOST = 100;

/** The articles, or those that a search finds, best first. */
export const articles = (search: string, limit = MOST) =>
  queryOptions({
    queryKey: ["help", search, limit],
    queryFn: () => answer(getPublicKb({ query: search ? { search, limit } : { limit } })),
    staleTime: 60_000,
  });

/** One article. */
export const article = (id: string) =>
  queryOptions({
    queryKey: ["help-article", id],
    queryFn: () => answer(getPublicKbById({ path: { id } })),
    staleTime: 60_000,
  });
