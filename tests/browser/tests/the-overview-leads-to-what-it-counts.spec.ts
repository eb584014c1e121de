// The overview: each number leads to as many tickets, and servers tell how they are.
import type { Json } from "../support/api.ts";
import { settled } from "../support/settled.ts";
import { expect, test } from "../support/test.ts";

test("each number of the overview leads to as many tickets", async ({ instance, open }) => {
  const { url, admin } = instance;
  const page = await open(`${url}/console`, admin);
  await settled(page);
  const cards = page.locator("main a[href^='/console/tickets?']").filter({ has: page.locator(".figure") });
  await expect(cards).toHaveCount(4);
  await expect(cards.filter({ hasText: "…" })).toHaveCount(0);
  for (const [at, text] of (await cards.allInnerTexts()).entries()) {
    const count = Number(/\d+$/.exec(text.trim())?.[0]);
    await cards.nth(at).click();
    await expect(page.getByText(new RegExp(`^${count} tickets?$`)), text).toBeVisible();
    await page.goBack();
    await expect(cards).toHaveCount(4);
  }
});

test("servers tell how they are, and what flowed through them in a day", async ({ instance, open }) => {
  const { url, admin } = instance;
  const statuses = await admin.api.get("/api/statuses");
  const page = await open(`${url}/console`, admin);
  const rows = page.getByRole("table").getByRole("row");
  await expect(rows).toHaveCount(1 + statuses.length);
  const from = new Date(Date.now() - 24 * 3_600_000).toISOString();
  for (const { server_id, name } of statuses) {
    const samples = await admin.api.get(`/api/history?server_id=${server_id}&from=${from}&resolution=3600`);
    const counts = new Set(samples.map((one: Json) => `${one.transfer_rx} ${one.transfer_tx}`));
    const traffic = rows.filter({ hasText: name }).getByRole("cell").last();
    await expect(traffic).toHaveText(counts.size > 1 ? /^[1-9].* ([KMGT]i)?B$/ : /^0 B$/);
  }
  await rows.getByRole("link").first().click();
  await expect(page).toHaveURL(/\/console\/servers\/./);
});
