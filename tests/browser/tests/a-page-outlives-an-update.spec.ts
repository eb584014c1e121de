// An update of the program takes away the pieces that an open page has not asked for yet.
import { settled } from "../support/settled.ts";
import { expect, test } from "../support/test.ts";

test("a page whose next piece is gone is loaded again, at the place one went to", async ({
  instance: { url, admin },
  browser,
}) => {
  // A context of its own: that a piece is gone is noted in the browser's console.
  const context = await browser.newContext();
  await context.addCookies([admin.cookie]);
  const page = await context.newPage();
  await page.goto(`${url}/console`);
  await settled(page);
  let loads = 0;
  page.on("load", () => (loads += 1));
  await page.route(/\/assets\/Audit-[^/]*\.js$/, (route) =>
    loads === 0 ? route.fulfill({ status: 404 }) : route.continue(),
  );

  await page.getByRole("link", { name: "Audit" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Audit" })).toBeVisible();
  await expect(page).toHaveURL(/\/console\/audit/);
  expect(loads).toBe(1);
  await context.close();
});
