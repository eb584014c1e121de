// Devices whose servers report while somebody looks: every page that shows them says so by itself, and asks for nothing else.
import type { Page } from "@playwright/test";

import { type Agent, enrol } from "../support/agent.ts";
import { settled } from "../support/settled.ts";
import { expect, type Instance, test } from "../support/test.ts";

/** Milliseconds: reports are told once in ten seconds, and a list waits for five between two looks. */
const SOON = { timeout: 30_000 };
/** Milliseconds: a stream that was refused is tried again after fifteen seconds. */
const LATER = { timeout: 45_000 };
const MIB = 1_048_576;

let networks = 0;

/** A new server with its agent, which reports what a device has used. */
async function serve({ url, admin }: Instance, id: string) {
  networks += 1;
  const { enrollment_token: token } = await admin.api.post("/api/servers", {
    id,
    name: `Server ${id}`,
    endpoint: "203.0.113.7:51820",
    address: `10.7${networks}.0.1/24`,
  });
  const agent: Agent = await enrol(url, token);
  const used = (publicKey: string, mib: number) =>
    agent.report({
      peer_stats: [
        {
          public_key: publicKey,
          rx: mib * MIB,
          tx: 0,
          latest_handshake_at: new Date().toISOString(),
        },
      ],
    });
  return { ...agent, used };
}

const add = async ({ admin }: Instance, server: string, name: string, userId?: number): Promise<string> =>
  (await admin.api.post(`/api/wg-clients/${server}`, { name, userId })).publicKey;

/** The lists of devices that a page asks for from now on, by server. */
function lists(page: Page): string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    const server = /\/api\/wg-clients\/([^/?]+)$/.exec(request.url())?.[1];
    if (server) asked.push(server);
  });
  return asked;
}

test("what a device uses shows in the console, the portal and beside a ticket", async ({
  instance,
  open,
}) => {
  const { url, admin, agent, customer } = instance;
  const [porto, faro] = [await serve(instance, "porto"), await serve(instance, "faro")];
  const phone = await add(instance, "porto", "Phone of Carla", customer.id);
  const laptop = await add(instance, "faro", "Laptop of nobody");
  const { ticket } = await customer.api.post("/api/tickets", {
    project_id: 1,
    subject: "Is my phone connected?",
    description: "I cannot tell.",
  });

  const console = await open(`${url}/console/devices?server=porto`, admin);
  const portal = await open(`${url}/portal/devices`, customer);
  const beside = await open(`${url}/console/tickets/${ticket.id}`, agent);
  const shown = [
    console.getByRole("row").filter({ hasText: "Phone of Carla" }),
    portal.getByRole("article").filter({ hasText: "Phone of Carla" }),
    beside.getByRole("listitem").filter({ hasText: "Phone of Carla" }),
  ];
  for (const page of [console, portal, beside]) await settled(page);
  for (const device of shown) await expect(device).toContainText("New");
  const asked = lists(portal);

  // Nobody reloads anything.
  await faro.used(laptop, 1);
  await porto.used(phone, 8);
  for (const device of shown) {
    await expect(device).toContainText("Connected", SOON);
    await expect(device).toContainText("8.0 MiB");
  }
  await faro.used(laptop, 2);
  await porto.used(phone, 24);
  for (const device of shown) await expect(device).toContainText("24.0 MiB", SOON);
  expect(new Set(asked), "where one has no device nothing is asked for").toEqual(new Set(["porto"]));
});

test("what was missed while there was no stream shows as soon as there is one", async ({
  instance,
  open,
}) => {
  test.slow();
  const { url, admin } = instance;
  const evora = await serve(instance, "evora");
  const phone = await add(instance, "evora", "Phone in Evora");
  const page = await open(`${url}/status`, admin);
  await settled(page);
  // Whoever is answered 204 is not to come back by itself.
  await page.route("**/api/events", (route) => route.fulfill({ status: 204 }));
  const refused = page.waitForResponse("**/api/events");
  await page.goto(`${url}/console/devices?server=evora`);
  await settled(page);
  await refused;
  const device = page.getByRole("row").filter({ hasText: "Phone in Evora" });
  await expect(device).toContainText("New");
  await evora.used(phone, 8);
  await page.unroute("**/api/events");
  await expect(device).toContainText("Connected", LATER);
});

test("a tab goes on when the one that read the stream for both is closed", async ({ instance, open }) => {
  const { url, admin } = instance;
  const braga = await serve(instance, "braga");
  const phone = await add(instance, "braga", "Phone in Braga");
  const place = `${url}/console/devices?server=braga`;
  const first = await open(place, admin);
  await settled(first);
  const second = await first.context().newPage();
  await second.goto(place);
  await settled(second);
  const device = (page: Page) => page.getByRole("row").filter({ hasText: "Phone in Braga" });
  await braga.used(phone, 8);
  for (const page of [first, second]) await expect(device(page)).toContainText("8.0 MiB", SOON);
  await first.close();
  await braga.used(phone, 24);
  await expect(device(second)).toContainText("24.0 MiB", SOON);
});
