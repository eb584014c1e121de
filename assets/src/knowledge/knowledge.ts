// The knowledge base, asked for, and what its list is narrowed to.
import { queryOptions } from "@tanstack/react-query";

import { getKbArticles, getKbArticlesById, getKbCategories, getKbFolders } from "../api";
import { answer } from "../frame/queries";

/** What may stand in the address of the list. */
export interface Filter {
  categoryId?: string;
  folderId?: string;
  status?: "draft" | "published";
  isFaq?: true;
  search?: string;
}

/** A filter without what says nothing. */
export function clean(filter: { [K in keyof Filter]: Filter[K] | undefined }): Filter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Filter;
}

/** Reads an address; what makes no sense is left out. */
export function readFilter(search: Record<string, unknown>): Filter {
  const text = (key: string) => (typeof search[key] === "string" && search[key] ? search[key] : undefined);
  return clean({
    categoryId: text("categoryId"),
    folderId: text("folderId"),
    status: (["draft", "published"] as const).find((status) => status === search["status"]),
    isFaq: search["isFaq"] === true ? true : undefined,
    search: text("search"),
  });
}

export const categories = queryOptions({
  queryKey: ["kb", "categories"],
  queryFn: async () => (await answer(getKbCategories())).toSorted((a, b) => a.position - b.position),
});

export const folders = queryOptions({
  queryKey: ["kb", "folders"],
  queryFn: () => answer(getKbFolders({ query: {} })),
});

export const articles = (filter: Filter) =>
  queryOptions({
    queryKey: ["kb", "articles", filter],
    queryFn: () => answer(getKbArticles({ query: { ...filter, limit: 200 } })),
  });

export const article = (id: string) =>
  queryOptions({
    queryKey: ["kb", "article", id],
    queryFn: () => answer(getKbArticlesById({ path: { id } })),
  });
