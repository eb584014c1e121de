// Projects, asked for.
import { queryOptions } from "@tanstack/react-query";

import { getAdminProjects, getAdminProjectsByProject } from "../api";
import { answer } from "../frame/queries";

/** All of them, with what they count. */
export const projects = queryOptions({
  queryKey: ["projects"],
  queryFn: async () => (await answer(getAdminProjects({ query: { per_page: 100 } }))).data,
});

/** One with its agents and key pairs. */
export const project = (id: number) =>
  queryOptions({
    queryKey: ["project", id],
    queryFn: async () => (await answer(getAdminProjectsByProject({ path: { project: id } }))).project,
  });

/** Projects as choices. */
export const choices = (all: { id: number; name: string }[] | undefined) =>
  (all ?? []).map(({ id, name }) => ({ value: String(id), label: name }));
