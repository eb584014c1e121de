// Which devices a list shows, and in which order.
import type { FleetPeer } from "../api";
import type { Count } from "../figures";

/** What a list can be sorted by. */
export const COLUMNS = ["name", "handshake", "traffic"] as const;

export type Column = (typeof COLUMNS)[number];

/** A column, and whether the least comes first. */
export interface Order {
  by: Column;
  rising: boolean;
}

/** What tells how a device is. */
export type Lately = Pick<
  FleetPeer,
  "enabled" | "expiresAt" | "latestHandshakeAt" | "quotaBytes" | "transferRx" | "transferTx"
>;

/** Everything that a device sent and received. */
export function traffic(peer: Lately): Count {
  const sum = BigInt(peer.transferRx) + BigInt(peer.transferTx);
  return sum <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(sum) : sum;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

// Times of the API are of one form, so that their letters sort as they do.
const COMPARE: Record<Column, (a: FleetPeer, b: FleetPeer) => number> = {
  name: (a, b) => collator.compare(a.name, b.name),
  handshake: (a, b) => {
    const [one, other] = [a.latestHandshakeAt ?? "", b.latestHandshakeAt ?? ""];
    return one < other ? -1 : one > other ? 1 : 0;
  },
  traffic: (a, b) => Number(BigInt(traffic(a)) - BigInt(traffic(b))),
};

/** The devices that contain a text, in order. */
export function arranged(all: FleetPeer[], search: string, order: Order): FleetPeer[] {
  const wanted = search.trim().toLowerCase();
  const holds = (text: string | null) => text?.toLowerCase().includes(wanted) ?? false;
  const found = all.filter(
    (peer) =>
      wanted === "" ||
      holds(peer.name) ||
      peer.address.startsWith(wanted) ||
      holds(peer.address6) ||
      peer.publicKey.startsWith(search.trim()) ||
      holds(peer.endpoint),
  );
  const compare = COMPARE[order.by];
  return found.sort((a, b) => (order.rising ? compare(a, b) : compare(b, a)));
}

/** How a device is. */
export type Standing = "disabled" | "expired" | "exhausted" | "connected" | "idle" | "new";

/** Milliseconds after a handshake for which a device counts as connected. */
const CONNECTED = 180_000;

/** How a device is at a moment. */
export function standing(peer: Lately, now: number): Standing {
  if (!peer.enabled) return "disabled";
  if (peer.expiresAt !== null && Date.parse(peer.expiresAt) <= now) return "expired";
  if (peer.quotaBytes !== null && traffic(peer) >= peer.quotaBytes) return "exhausted";
  if (peer.latestHandshakeAt === null) return "new";
  return now - Date.parse(peer.latestHandshakeAt) < CONNECTED ? "connected" : "idle";
}
