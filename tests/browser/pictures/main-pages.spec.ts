// The main pages as they are on a large screen, in docs/pictures.
import { mkdirSync, statSync } from "node:fs";
import { resolve } from "node:path";

import type { Page } from "@playwright/test";

import { enrol } from "../support/agent.ts";
import { settled } from "../support/settled.ts";
import { expect, type Instance, test } from "../support/test.ts";

const FOLDER = resolve("../../docs/pictures");
/** Bytes that a picture may have. */
const MOST = 150 * 1024;
const SCREEN = { viewport: { width: 1200, height: 750 } };
/** For a page whose end should be seen. */
const HIGH = { viewport: { width: 1200, height: 840 } };

test.beforeAll(() => mkdirSync(FOLDER, { recursive: true }));

async function take(page: Page, name: string) {
  await settled(page);
  await page.emulateMedia({ reducedMotion: "reduce" });
  const path = `${FOLDER}/${name}.png`;
  await page.screenshot({ path, animations: "disabled" });
  expect(statSync(path).size).toBeLessThan(MOST);
}

/** Gives the customer devices on a server of their own, some of them connected. */
async function devices({ admin, customer, url }: Instance) {
  const { enrollment_token } = await admin.api.post("/api/servers", {
    id: "lisbon",
    name: "Lisbon",
    endpoint: "203.0.113.7:51820",
    address: "10.20.0.1/24",
    address6: "fd20::1/64",
  });
  const agent = await enrol(url, enrollment_token);
  const now = new Date().toISOString();
  const days = (count: number) => new Date(Date.now() + count * 86_400_000).toISOString();
  const wanted = [
    { name: "Carla's phone", used: 3.4e9 },
    { name: "Carla's laptop", used: 48e9, expiresAt: days(120) },
    { name: "Television", used: 212e9, quotaBytes: 268_435_456_000 },
    { name: "Travel router", used: 0 },
  ];
  const stats = [];
  for (const { used, ...device } of wanted) {
    const peer = await admin.api.post("/api/wg-clients/lisbon", { ...device, userId: customer.id });
    if (used > 0)
      stats.push({ public_key: peer.publicKey, rx: used * 0.1, tx: used * 0.9, latest_handshake_at: now });
  }
  await agent.report({ epoch: 1, seq: 1, peers: stats.length, peer_stats: stats });
}

test("the overview, in light and dark", async ({ instance, open }) => {
  for (const colorScheme of ["light", "dark"] as const) {
    const page = await open(`${instance.url}/console`, instance.admin, { ...HIGH, colorScheme });
    await take(page, colorScheme === "light" ? "overview" : "overview-dark");
  }
});

test("a ticket", async ({ instance, open }) => {
  const { data } = await instance.agent.api.get("/api/tickets?per_page=50");
  const [busiest] = data.toSorted((a: { reply_count: number }, b: typeof a) => b.reply_count - a.reply_count);
  await take(await open(`${instance.url}/console/tickets/${busiest.id}`, instance.agent, SCREEN), "ticket");
});

test("a server", async ({ instance, open }) => {
  const [{ id }] = await instance.admin.api.get("/api/servers");
  await take(await open(`${instance.url}/console/servers/${id}`, instance.admin, SCREEN), "server");
});

test("the portal's devices", async ({ instance, open }) => {
  await devices(instance);
  await take(await open(`${instance.url}/portal/devices`, instance.customer, SCREEN), "devices");
});
