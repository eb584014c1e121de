// Servers, asked for and changed.
import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";

import {
  deleteServersByServer,
  type FleetEnrollment,
  type FleetRegistered,
  type FleetServerChange,
  type FleetServerStatus,
  getHistory,
  getPublicStatus,
  getServers,
  getServersByServer,
  getStatuses,
  postServers,
  postServersByServerEnrollment,
  putServersByServer,
} from "../api";
import { answer, queries } from "../frame/queries";

/** How all servers are. */
export const statuses = queryOptions({ queryKey: ["statuses"], queryFn: () => answer(getStatuses()) });

/**
 * How those servers are that anybody may look at, asked again every half minute: strangers cannot follow along. A connection
 * held for each of them would be one that anybody can take, and many come when something is wrong.
 */
export const publicStatus = queryOptions({
  queryKey: ["publicStatus"],
  queryFn: () => answer(getPublicStatus()),
  refetchInterval: 30_000,
});

/** What admins have set for each server. */
export const servers = queryOptions({ queryKey: ["servers"], queryFn: () => answer(getServers()) });

/** What admins have set for one server. */
export const server = (id: string) =>
  queryOptions({
    queryKey: ["server", id],
    queryFn: () => answer(getServersByServer({ path: { server: id } })),
  });

/** How far back one may look, and how many seconds make one point then. */
export const SPANS = { 6: 30, 24: 120, 72: 300 } as const;

/** Hours that one looks back. */
export type Span = keyof typeof SPANS;

/** How one server was. */
export const history = (id: string, span: Span) =>
  queryOptions({
    queryKey: ["history", id, span],
    queryFn: () => {
      const from = new Date(Date.now() - span * 3_600_000).toISOString();
      return answer(getHistory({ query: { server_id: id, from, resolution: SPANS[span] } }));
    },
  });

/** The last day of a server, an hour a row: a minute adds little to it. */
export const hourly = (id: string) =>
  queryOptions({
    queryKey: ["history", id, "hourly"],
    queryFn: () => {
      const from = new Date(Date.now() - 24 * 3_600_000).toISOString();
      return answer(getHistory({ query: { server_id: id, from, resolution: 3_600 } }));
    },
    meta: { pace: () => 60_000 },
  });

/** What servers are called. */
export function useNames(): (id: string) => string {
  const known = useQuery(statuses).data;
  return (id) => known?.find((one) => one.server_id === id)?.name ?? id;
}

/** Whether a server has not taken over yet what was last changed for it. */
export const isBehind = (status: FleetServerStatus, revision: number | undefined): boolean =>
  status.online &&
  revision !== undefined &&
  status.applied_revision !== null &&
  status.applied_revision < revision;

const changed = () =>
  Promise.all(["statuses", "servers", "server"].map((key) => queries.invalidateQueries({ queryKey: [key] })));

/** What a form says about a server. */
export type Settings = FleetServerChange & { id: string; endpoint: string; address: string };

/** Registers a server. */
export function useRegister() {
  return useMutation({
    mutationFn: (body: Settings) => answer(postServers({ body })) as Promise<FleetRegistered>,
    onSuccess: changed,
    meta: { quiet: true },
  });
}

/** Changes a server. */
export function useSettings(id: string) {
  return useMutation({
    mutationFn: (body: FleetServerChange) => answer(putServersByServer({ path: { server: id }, body })),
    onSuccess: changed,
    meta: { quiet: true },
  });
}

/** Asks for a new line to run on a server. */
export function useEnrollment(id: string) {
  return useMutation({
    mutationFn: () =>
      answer(postServersByServerEnrollment({ path: { server: id } })) as Promise<FleetEnrollment>,
  });
}

/** Removes a server with its devices. */
export function useRemoval(id: string) {
  return useMutation({
    mutationFn: () => answer(deleteServersByServer({ path: { server: id } })),
    onSuccess: changed,
  });
}
