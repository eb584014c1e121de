// The overview: each number leads to as many tickets, and servers tell how they are.
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
  for (const { name } of statuses) {
    await expect(rows.filter({ hasText: name })).toContainText(/\d [KMGT]iB$/);
  }
  await rows.getByRole("link").first().click();
  await expect(page).toHaveURL(/\/console\/servers\/./);
});
