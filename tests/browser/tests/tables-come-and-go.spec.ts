// Tickets as CSV: a file is tried first, then taken in; and everything is saved as a table.
import { readFile } from "node:fs/promises";

import { LINES } from "../support/hostile.ts";
import { look } from "../support/look.ts";
import { settled } from "../support/settled.ts";
import { expect, test } from "../support/test.ts";

const csv = (rows: string[][]) =>
  rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")).join("\r\n");

const HOSTILE = LINES.find((line) => line.startsWith("<img") && line.length < 60) ?? "";

const ROWS = [
  ["externalId", "subject", "description", "status", "priority", HOSTILE],
  ["old-1", "Moved along", "From the old helpdesk.", "closed", "high", ""],
  ["old-2", HOSTILE, "From the old helpdesk.", "open", "low", ""],
  ["old-3", "Wrong", "This one cannot be.", "half-open", HOSTILE, ""],
  ["old-4", "", "", "open", "low", ""],
];

test("tickets are tried, taken in once, and saved again", async ({ instance, open }) => {
  const page = await open(`${instance.url}/console/tickets`, instance.admin);
  await settled(page);
  await page.getByRole("link", { name: "Import, export" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Import and export" })).toBeVisible();
  const card = page.getByRole("region", { name: "Import" });
  const choose = async (name: string, text: string) => {
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      card.getByRole("button", { name: "File", exact: true }).click(),
    ]);
    await chooser.setFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  };
  await expect(card.getByRole("button", { name: "Try it" })).toBeDisabled();
  await choose("shopping.csv", csv([["Bread"], ["Milk"]]));
  await card.getByRole("button", { name: "Try it" }).click();
  await expect(card.getByRole("alert")).toContainText("externalId is needed");

  await choose("tickets.csv", csv(ROWS));
  await expect(card.getByRole("alert")).toHaveCount(0);
  await card.getByRole("button", { name: "Try it" }).click();
  const report = card.getByRole("status");
  await expect(report).toContainText("Nothing has changed yet");
  await expect(report).toContainText("2 new");
  await expect(report).toContainText("0 changed");
  await expect(report).toContainText("2 left as they are");
  const row = (number: string) =>
    card.getByRole("row").filter({ has: page.getByRole("cell", { name: number, exact: true }) });
  await expect(row("1")).toContainText("There is no such column");
  await expect(row("1")).toContainText(HOSTILE);
  await expect(row("4").filter({ hasText: "status" })).toHaveCount(1);
  await expect(row("4").filter({ hasText: "priority" })).toHaveCount(1);
  await expect(row("5").filter({ hasText: "subject" })).toHaveCount(1);
  await look(page);
  expect((await instance.admin.api.get('/api/tickets?search="Moved along"')).data).toEqual([]);

  await card.getByRole("button", { name: "Import it" }).click();
  await expect(report).toContainText("Done.");
  await expect(report).toContainText("2 new");
  await expect(card.getByRole("button", { name: "Import it" })).toHaveCount(0);
  await card.getByRole("button", { name: "Try it" }).click();
  await expect(report).toContainText("0 new");
  await expect(report).toContainText("4 left as they are");
  await expect(card.getByRole("button", { name: "Import it" })).toHaveCount(0);

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save as CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("tickets.csv");
  const saved = await readFile(await download.path(), "utf8");
  expect(saved).toMatch(/^externalId,project,subject,description,status/);
  expect(saved).toMatch(/\r\nold-1,[^,]*,Moved along,From the old helpdesk\.,closed,high,/);

  const [template] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "An empty table with all columns" }).click(),
  ]);
  expect((await readFile(await template.path(), "utf8")).trim()).toBe(saved.split("\r\n")[0]);
});

test("customers and companies come and go in the same way", async ({ instance, open }) => {
  const page = await open(`${instance.url}/console/companies`, instance.admin);
  await settled(page);
  await page.getByRole("link", { name: "Import, export" }).click();
  await expect(page).toHaveURL(/tables\?of=companies$/);
  for (const [kind, file, key] of [
    ["Companies", "name,industry\r\nHarbour Ltd,Ships\r\n", "Harbour Ltd"],
    ["Customers", "email,name\r\nhanna@example.net,Hanna\r\n", "hanna@example.net"],
  ] as const) {
    await page.getByRole("radiogroup").getByText(kind, { exact: true }).click();
    const card = page.getByRole("region", { name: "Import" });
    await card.locator("input[type=file]").setInputFiles({
      name: "table.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(file),
    });
    await card.getByRole("button", { name: "Try it" }).click();
    await card.getByRole("button", { name: "Import it" }).click();
    await expect(card.getByRole("status")).toContainText("Done.");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save as CSV" }).click(),
    ]);
    expect(await readFile(await download.path(), "utf8")).toContain(key);
  }
});
