// Lists of devices.
import { expect, test } from "vitest";

import type { FleetPeer } from "../api";
import { arranged, standing } from "./order";

const peer = (name: string, more: Partial<FleetPeer> = {}): FleetPeer => ({
  id: name,
  name,
  enabled: true,
  address: "10.8.0.2",
  address6: null,
  publicKey: "AAAA",
  latestHandshakeAt: null,
  transferRx: 0,
  transferTx: 0,
  endpoint: null,
  userId: null,
  expiresAt: null,
  quotaBytes: null,
  presharedKey: false,
  createdAt: "2026-05-06T12:00:00Z",
  ...more,
});

const names = (all: FleetPeer[]) => all.map((one) => one.name);

test("numbers in names count as numbers", () => {
  const all = [peer("phone 10"), peer("Phone 9")];
  expect(names(arranged(all, "", { by: "name", rising: true }))).toEqual(["Phone 9", "phone 10"]);
});

test("traffic beyond 2^53 is told apart", () => {
  const all = [
    peer("less", { transferRx: 2 ** 53 }),
    peer("more", { transferRx: (2n ** 53n + 1n) as never }),
  ];
  expect(names(arranged(all, "", { by: "traffic", rising: false }))).toEqual(["more", "less"]);
});

test("a search looks at names and addresses", () => {
  const all = [peer("laptop"), peer("phone", { address: "10.8.0.77" })];
  expect(names(arranged(all, "LAP", { by: "name", rising: true }))).toEqual(["laptop"]);
  expect(names(arranged(all, "10.8.0.7", { by: "name", rising: true }))).toEqual(["phone"]);
});

test("what cuts a device off comes before whether it is connected", () => {
  const now = Date.parse("2026-05-06T12:00:00Z");
  const connected = { latestHandshakeAt: "2026-05-06T11:59:00Z" };
  expect(standing(peer("a", connected), now)).toBe("connected");
  expect(standing(peer("a", { ...connected, expiresAt: "2026-05-06T12:00:00Z" }), now)).toBe("expired");
  expect(standing(peer("a", { ...connected, quotaBytes: 5, transferTx: 5 }), now)).toBe("exhausted");
  expect(standing(peer("a", { ...connected, enabled: false }), now)).toBe("disabled");
});
