// People: what they may be, what a list of them is narrowed to, and how one is asked for.
import { queryOptions } from "@tanstack/react-query";

import { type DeskPaginatedUser, type DeskRoleWord, getAdminUsers, getAdminUsersByUser } from "../api";
import { answer } from "../frame/queries";

/** What somebody may be. */
export const ROLES: readonly DeskRoleWord[] = ["customer", "agent", "admin", "super_admin"];

/** What may stand in the address of the list. */
export interface Filter {
  page?: number;
  role?: DeskRoleWord;
  active?: boolean;
  search?: string;
}

/** A filter without what says nothing. */
export function clean(filter: { [K in keyof Filter]: Filter[K] | undefined }): Filter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Filter;
}

/** Reads an address; what makes no sense is left out. */
export function readFilter(search: Record<string, unknown>): Filter {
  const { page, active, search: text } = search;
  return clean({
    page: Number.isInteger(Number(page)) && Number(page) > 1 ? Number(page) : undefined,
    role: ROLES.find((role) => role === search["role"]),
    active: typeof active === "boolean" ? active : undefined,
    search: typeof text === "string" && text ? text : undefined,
  });
}

/** A page of people. */
export const people = (filter: Filter, perPage = 50) =>
  queryOptions({
    queryKey: ["people", filter, perPage],
    queryFn: (): Promise<DeskPaginatedUser> =>
      answer(getAdminUsers({ query: { ...filter, per_page: perPage } })),
  });

/** One of them. */
export const person = (id: number) =>
  queryOptions({
    queryKey: ["person", id],
    queryFn: async () => (await answer(getAdminUsersByUser({ path: { user: id } }))).user,
  });

/** Everybody who answers tickets. */
export const staff = queryOptions({
  queryKey: ["people", "staff"],
  queryFn: async () => {
    const ask = (role: DeskRoleWord) =>
      answer(getAdminUsers({ query: { role, active: true, per_page: 100 } }));
    const pages = await Promise.all([ask("agent"), ask("admin"), ask("super_admin")]);
    return pages.flatMap((page) => page.data).sort((a, b) => a.name.localeCompare(b.name));
  },
});
