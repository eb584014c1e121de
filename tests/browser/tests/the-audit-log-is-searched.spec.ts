// The audit log: entries are found by who did what.
import { settled } from "../support/settled.ts";
import { expect, test } from "../support/test.ts";

test("the audit log is searched for who and what", async ({ instance, open }) => {
  await instance.admin.api.post("/api/tags", { name: "Sought after", color: "#123456" });
  const page = await open(`${instance.url}/console/audit`, instance.admin);
  await settled(page);
  await page.getByRole("textbox", { name: "What" }).fill("tag created");
  await expect(page).toHaveURL(/what=tag/);
  await expect(page.getByRole("cell", { name: "tag_created" }).first()).toBeVisible();
  await expect(page.getByRole("cell", { name: "ticket_created" })).toHaveCount(0);
  const exported = page.getByRole("link", { name: "Export as CSV" });
  await expect(exported).toHaveAttribute("href", "/api/audit/export?search=tag+created");
  await page.getByRole("textbox", { name: "Who" }).fill("nobody@");
  await expect(page.getByText("Nothing like that")).toBeVisible();
  await page.getByRole("button", { name: "Show everything" }).click();
  await expect(page.getByRole("textbox", { name: "What" })).toHaveValue("");
  await expect(exported).toHaveAttribute("href", "/api/audit/export");
});

test("a whole address finds what that person did, on the page and in the export", async ({
  instance,
  open,
}) => {
  const { admin, agent, url } = instance;
  const page = await open(`${url}/console/audit?who=${encodeURIComponent(agent.email)}`, admin);
  await settled(page);
  await expect(page.getByRole("cell", { name: agent.email, exact: true }).first()).toBeVisible();
  const rows = page.getByRole("row").filter({ has: page.getByRole("cell") });
  await expect(rows.filter({ hasNotText: agent.email })).toHaveCount(0);
  const address = await page.getByRole("link", { name: "Export as CSV" }).getAttribute("href");
  const lines: string[] = (await admin.api.get(address ?? "")).trim().split("\n").slice(1);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => line.split(",")[1] !== agent.email)).toEqual([]);
});

test("a search that finds nothing in one part of the log goes on in the next", async ({ instance, open }) => {
  const page = await open(`${instance.url}/console/audit`, instance.admin);
  await settled(page);
  // No test writes as many entries as the server looks through at once.
  const entry = { id: 3, actor: null, action: "rare_thing", target: "1", ip: null };
  await page.route(
    (url) => url.pathname === "/api/audit",
    (route) =>
      new URL(route.request().url()).searchParams.has("cursor")
        ? route.fulfill({ json: [{ ...entry, created_at: "2026-03-02T12:00:00Z" }] })
        : route.fulfill({ json: [], headers: { link: '</api/audit?search=rare&cursor=5>; rel="next"' } }),
  );
  await page.getByRole("textbox", { name: "What" }).fill("rare");
  await expect(page.getByRole("cell", { name: "rare_thing" })).toBeVisible();
  await expect(page.getByText("1 entry: that is all.")).toBeVisible();
});
