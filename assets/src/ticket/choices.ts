// What a ticket can be given: projects, categories, tags, people and texts.
import { queryOptions } from "@tanstack/react-query";

import {
  type DeskCannedResponses,
  type DeskCategoryBranch,
  getAdminUsers,
  getCannedResponses,
  getCategories,
  getProjects,
  getTags,
} from "../api";
import { answer } from "../frame/queries";

const staleTime = 5 * 60_000;

/** A choice as the library's inputs take it. */
export interface Choice {
  value: string;
  label: string;
}

const choice = ({ id, name }: { id: number | bigint; name: string }): Choice => ({
  value: String(id),
  label: name,
});

/** The projects that one may file into. */
export const projects = queryOptions({
  queryKey: ["choices", "projects"],
  queryFn: async () => (await answer(getProjects())).projects.map(choice),
  staleTime,
});

function flat(branches: DeskCategoryBranch[], above = ""): Choice[] {
  return branches.flatMap((branch) => {
    const label = above + branch.name;
    return [{ value: String(branch.id), label }, ...flat(branch.children, `${label} / `)];
  });
}

/** The categories, each with those above it. */
export const categories = queryOptions({
  queryKey: ["choices", "categories"],
  queryFn: async () => flat((await answer(getCategories())).categories),
  staleTime,
});

/** The tags. */
export const tags = queryOptions({
  queryKey: ["choices", "tags"],
  queryFn: async () => (await answer(getTags())).tags.map(choice),
  staleTime,
});

const ROLES = ["agent", "admin", "super_admin"] as const;

/** Whom a ticket can be given to. Only admins may ask. */
export const staff = queryOptions({
  queryKey: ["choices", "staff"],
  queryFn: async () => {
    const ask = (role: (typeof ROLES)[number]) =>
      answer(getAdminUsers({ query: { role, active: true, per_page: 100 } }));
    const found = await Promise.all(ROLES.map(ask));
    return found
      .flatMap((page) => page.data)
      .map(choice)
      .sort((a, b) => a.label.localeCompare(b.label));
  },
  staleTime,
});

/** Texts to answer with. */
export const canned = queryOptions({
  queryKey: ["choices", "canned"],
  queryFn: async () =>
    ((await answer(getCannedResponses({ query: {} }))) as DeskCannedResponses).canned_responses,
  staleTime,
});
