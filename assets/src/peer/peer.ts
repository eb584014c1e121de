// Devices, asked for and changed.
import { queryOptions, useMutation } from "@tanstack/react-query";

import {
  deleteWgClientsByServerByPeer,
  type FleetNewPeerBody,
  type FleetPeer,
  type FleetPeerChange,
  getAdminUsers,
  getAdminUsersByUser,
  getWgClientsByServer,
  getWgClientsByServerByPeerConfiguration,
  postWgClientsByServer,
  postWgClientsByServerByPeerByAction,
  putWgClientsByServerByPeer,
} from "../api";
import { answer, queries } from "../frame/queries";
import type { Pace } from "../live/again";

/** Devices from which on a list is long: a thousand are half a megabyte. */
const LONG = 1_000;

/** A report touches most devices of its server, and who looks at thousands looks at none so closely. */
const pace: Pace = (all, cause) => {
  const isLong = ((all as FleetPeer[] | undefined)?.length ?? 0) > LONG;
  return { changed: isLong ? 5_000 : 1_000, measured: isLong ? 60_000 : 5_000 }[cause];
};

/** The devices of a server that one may see. */
export const peers = (server: string) =>
  queryOptions({
    queryKey: ["peers", server],
    queryFn: () => answer(getWgClientsByServer({ path: { server } })),
    meta: { pace },
  });

/** What wg-quick reads on a device. Nothing keeps it once the page is gone: a key may stand in it. */
export const configuration = (server: string, peer: string) =>
  queryOptions({
    queryKey: ["configuration", server, peer],
    queryFn: () =>
      answer(getWgClientsByServerByPeerConfiguration({ path: { server, peer } })) as Promise<string>,
    gcTime: 0,
  });

/** Where a device's configuration is drawn for a phone to scan. */
export const qrCode = (server: string, peer: string): string =>
  `/api/wg-clients/${encodeURIComponent(server)}/${encodeURIComponent(peer)}/qrcode`;

/** Users whose name or address contains a text. */
export const owners = (search: string) =>
  queryOptions({
    queryKey: ["owners", search],
    queryFn: () =>
      answer(getAdminUsers({ query: { per_page: 20, active: true, ...(search ? { search } : {}) } })),
  });

/** The owner of a device. */
export const owner = (user: number) =>
  queryOptions({
    queryKey: ["owner", user],
    queryFn: () => answer(getAdminUsersByUser({ path: { user } })),
    staleTime: 300_000,
  });

/** Puts a changed device where it was, before the list is asked for again. */
function put(server: string, peer: FleetPeer) {
  queries.setQueryData(peers(server).queryKey, (all) => all?.map((one) => (one.id === peer.id ? peer : one)));
}

const again = (server: string) => queries.invalidateQueries({ queryKey: ["peers", server] });

/** Adds a device. */
export function useAdd(server: string) {
  return useMutation({
    mutationFn: (body: FleetNewPeerBody) =>
      answer(postWgClientsByServer({ path: { server }, body })) as Promise<FleetPeer>,
    onSuccess: () => again(server),
    meta: { quiet: true },
  });
}

/** Changes a device. */
export function useChange(server: string, peer: string) {
  return useMutation({
    mutationFn: (body: FleetPeerChange) =>
      answer(putWgClientsByServerByPeer({ path: { server, peer }, body })) as Promise<FleetPeer>,
    onSuccess: (changed) => put(server, changed),
    meta: { quiet: true },
  });
}

/** Lets a device in, or keeps it out. */
export function useSwitch(server: string) {
  return useMutation({
    mutationFn: ({ peer, enabled }: { peer: string; enabled: boolean }) =>
      answer(
        postWgClientsByServerByPeerByAction({
          path: { server, peer, action: enabled ? "enable" : "disable" },
        }),
      ) as Promise<FleetPeer>,
    onSuccess: (changed) => put(server, changed),
  });
}

/** Removes a device for good. */
export function useRemoval(server: string) {
  return useMutation({
    mutationFn: (peer: string) => answer(deleteWgClientsByServerByPeer({ path: { server, peer } })),
    onSuccess: () => again(server),
  });
}
