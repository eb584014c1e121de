// Adding a server: the line to run there, the wait, the first report; then a device whose code holds its configuration.
import { readFile } from "node:fs/promises";

import { enrol, publicOf } from "../support/agent.ts";
import { readCode } from "../support/code.ts";
import { settled } from "../support/settled.ts";
import { expect, test } from "../support/test.ts";

test("a server is online as soon as its agent has reported", async ({ instance, open }) => {
  const page = await open(`${instance.url}/console/servers`, instance.admin);
  await page.getByRole("button", { name: "Add a server" }).click();
  const box = page.getByRole("dialog");
  await box.getByLabel("Id").fill("lisbon");
  await box.getByLabel("Name", { exact: true }).fill("Lisbon");
  await box.getByLabel("Endpoint").fill("203.0.113.7:51820");
  await box.getByLabel(/^Address in the tunnel/).fill("10.55.0.1/24");
  await box.getByRole("button", { name: "Add a server" }).click();
  const line = await box.getByLabel("The line to run").innerText();
  expect(line).toContain(instance.url);
  await expect(box.getByText("Waiting for the first report")).toBeVisible();

  const agent = await enrol(instance.url, line);
  expect(agent.server).toBe("lisbon");
  await agent.report();
  await expect(box.getByText("Lisbon has reported")).toBeVisible();
  await box.getByRole("button", { name: "Open its page" }).click();
  await expect(page).toHaveURL(`${instance.url}/console/servers/lisbon`);
  await expect(page.getByText("Online", { exact: true })).toBeVisible();
});

test("a device's code holds the configuration that its file holds", async ({ instance, open }) => {
  const page = await open(`${instance.url}/console/devices`, instance.admin);
  await settled(page);
  await page.getByRole("button", { name: "Add a device" }).click();
  const box = page.getByRole("dialog");
  await box.getByLabel("Name").fill("Ada's phone");
  await box.getByRole("button", { name: "Add a device" }).click();
  const code = box.getByRole("img", { name: "QR code with the configuration of Ada's phone" });
  await expect(code).toBeVisible();
  await expect.poll(() => code.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  const scanned = await readCode(code);
  expect(scanned).toMatch(/^\[Interface\]\nPrivateKey = \S{44}\n/);

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    box.getByRole("link", { name: "Download" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("ada-s-phone.conf");
  expect((await readFile(await download.path(), "utf8")).trim()).toBe(scanned?.trim());
  await box.getByRole("button", { name: "Show" }).click();
  expect((await box.getByLabel("Configuration", { exact: true }).innerText()).trim()).toBe(scanned?.trim());
});

test("a key made in the browser is the device's own and is not held here", async ({ instance, open }) => {
  const page = await open(`${instance.url}/console/devices`, instance.admin);
  await settled(page);
  await page.getByRole("button", { name: "Add a device" }).click();
  const box = page.getByRole("dialog");
  await box.getByLabel("Name").fill("Own key");
  await box.getByLabel("Make the key in this browser").check();
  await box.getByRole("button", { name: "Add a device" }).click();
  await box.getByRole("button", { name: "Show" }).click();
  const shown = await box.getByLabel("Configuration", { exact: true }).innerText();
  const key = /PrivateKey = (\S{44})/.exec(shown)?.[1] ?? "";
  const scanned = await readCode(box.getByRole("img", { name: "QR code with the configuration of Own key" }));
  expect(scanned?.trim()).toBe(shown.trim());

  const server = (await instance.admin.api.get("/api/servers"))[0].id;
  const peers: { id: string; name: string; publicKey: string }[] = await instance.admin.api.get(
    `/api/wg-clients/${server}`,
  );
  const peer = peers.find(({ name }) => name === "Own key");
  expect(peer?.publicKey).toBe(publicOf(key));
  const held = await instance.admin.api.get(`/api/wg-clients/${server}/${peer?.id}/configuration`);
  expect(held).not.toContain("PrivateKey");
});
