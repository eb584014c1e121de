// Files on a reply, as people give them: a picture out of the clipboard, and a file that is held above the box and let go.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Page } from "@playwright/test";
import { PNG } from "pngjs";

import { look } from "../support/look.ts";
import { settled } from "../support/settled.ts";
import { expect, type Instance, test } from "../support/test.ts";

/** Pixels that no compression makes small. */
function picture(side: number): Buffer {
  const image = new PNG({ width: side, height: side });
  for (let at = 0; at < image.data.length; at += 4096) {
    crypto.getRandomValues(image.data.subarray(at, at + 4096));
  }
  for (let at = 3; at < image.data.length; at += 4) image.data[at] = 255;
  return PNG.sync.write(image);
}

async function ticket({ customer, url }: Instance, subject: string): Promise<string> {
  const asked = { project_id: 1, subject, description: "Look at it, please." };
  const { ticket } = await customer.api.post("/api/tickets", asked);
  return `${url}/console/tickets/${ticket.id}`;
}

/** Sends what is written, over a slow line, and sees it go. */
async function send(page: Page, body: string) {
  const line = await page.context().newCDPSession(page);
  const speed = (bytes: number) =>
    line.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: bytes,
    });
  await line.send("Network.enable");
  await speed(250_000);
  await page.getByRole("textbox", { name: "Write a reply" }).fill(body);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const progress = page.getByRole("progressbar", { name: "Sending files" });
  await expect
    .poll(async () => Number(await progress.getAttribute("aria-valuenow")), { intervals: [50] })
    .toBeGreaterThan(0);
  await speed(-1);
  await expect(progress).toHaveCount(0);
  await expect(page.getByRole("textbox", { name: "Write a reply" })).toHaveValue("");
}

/** The bytes of a file that a message carries. */
async function saved(page: Page, body: string, name: RegExp): Promise<Buffer> {
  const message = page.getByRole("article").filter({ hasText: body });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    message.getByRole("link", { name }).click(),
  ]);
  return readFile(await download.path());
}

test("a picture is pasted into a reply", async ({ instance, open }) => {
  const address = await ticket(instance, "What does this light mean?");
  const permissions = ["clipboard-read", "clipboard-write"];
  const page = await open(address, instance.agent, { permissions });
  await settled(page);
  const sent = picture(600);
  await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const item = new ClipboardItem({ "image/png": new Blob([bytes], { type: "image/png" }) });
    await navigator.clipboard.write([item]);
  }, sent.toString("base64"));

  const box = page.getByRole("region", { name: "Write a reply" });
  await box.getByRole("textbox").click();
  await page.keyboard.press("Control+V");
  await expect(box.getByText(/^image\.png \(/)).toBeVisible();
  await expect(box.getByRole("textbox")).toHaveValue("");
  await look(page);
  await box.getByRole("button", { name: "Take away: image.png" }).click();
  await expect(box.getByText(/^image\.png/)).toHaveCount(0);
  await box.getByRole("textbox").click();
  await page.keyboard.press("Control+V");
  await expect(box.getByText(/^image\.png \(/)).toBeVisible();

  await send(page, "It is this one.");
  await expect(box.getByText(/^image\.png/)).toHaveCount(0);
  const shown = page.getByRole("article").filter({ hasText: "It is this one." }).locator("img");
  await shown.scrollIntoViewIfNeeded();
  await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(600);
  // The clipboard keeps pixels, not bytes.
  const came = PNG.sync.read(await saved(page, "It is this one.", /image\.png/));
  expect(came.data.equals(PNG.sync.read(sent).data)).toBe(true);
});

test("a file is dropped on a reply, and text that is dropped is none", async ({ instance, open }) => {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-drop-"));
  const path = join(folder, "handshake.log");
  const content = crypto.getRandomValues(Buffer.alloc(60_000)).toString("hex").repeat(10);
  await writeFile(path, content);
  const page = await open(await ticket(instance, "Where is the log?"), instance.agent);
  await settled(page);
  const box = page.getByRole("region", { name: "Write a reply" });
  await box.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await box.boundingBox())!;
  const hand = await page.context().newCDPSession(page);
  /** As the window system tells the browser. */
  const drag = (type: "dragEnter" | "dragOver" | "drop", files: string[], text?: string) =>
    hand.send("Input.dispatchDragEvent", {
      type,
      x: x + width / 2,
      y: y + height - 8,
      data: {
        items: text ? [{ mimeType: "text/plain", data: text }] : [],
        files,
        dragOperationsMask: 1,
      },
    });
  await drag("dragEnter", [], "some words");
  await drag("dragOver", [], "some words");
  await expect(box).not.toHaveCSS("outline-style", "dashed");
  await drag("drop", [], "some words");

  await drag("dragEnter", [path]);
  await drag("dragOver", [path]);
  await expect(box).toHaveCSS("outline-style", "dashed");
  await drag("drop", [path]);
  await expect(box).not.toHaveCSS("outline-style", "dashed");
  await expect(box.getByText(/^handshake\.log \(1\.1 MiB\)/)).toBeVisible();

  await send(page, "Here it is.");
  expect((await saved(page, "Here it is.", /handshake\.log/)).toString()).toBe(content);
  await rm(folder, { recursive: true });
});
