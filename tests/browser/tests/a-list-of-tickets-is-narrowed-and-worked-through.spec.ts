// The list of tickets: narrowed by what one chooses and types, and worked through with keys and mouse.
import type { Json } from "../support/api.ts";
import { settled } from "../support/settled.ts";
import { expect, test } from "../support/test.ts";

test("what one chooses narrows the list, stands in the address, and is undone with it", async ({
  instance,
  open,
}) => {
  const { url, admin } = instance;
  const count = async (query: string) => (await admin.api.get(`/api/tickets?${query}`)).total;
  const [closed, high] = [await count("status=closed"), await count("status=closed&priority=high")];
  const page = await open(`${url}/console/tickets`, admin);
  await settled(page);
  const tickets = (many: number) => page.getByText(new RegExp(`^${many} tickets?$`));

  await page.getByRole("combobox", { name: "Status" }).click();
  await page.getByRole("option", { name: "Closed" }).click();
  await expect(tickets(closed)).toBeVisible();
  await expect(page.getByRole("row")).toHaveCount(1 + Math.min(closed, 50));
  await page.getByRole("button", { name: "Filters", exact: true }).click();
  await page.getByRole("combobox", { name: "Priority" }).click();
  await page.getByRole("option", { name: "High" }).click();
  await expect(tickets(high)).toBeVisible();
  await expect(page).toHaveURL(/\?status=closed&priority=high$/);

  await page.getByRole("button", { name: "All", exact: true }).click();
  await expect(tickets(await count(""))).toBeVisible();
  await page.goBack();
  await expect(tickets(high)).toBeVisible();
  await expect(page.getByRole("combobox", { name: "Status" })).toHaveValue("Closed");
});

test("whoever stops typing may go on", async ({ instance, open }) => {
  const { url, admin, customer } = instance;
  await customer.api.post("/api/tickets", {
    project_id: 1,
    subject: "A quokka in the rack",
    description: "It is asleep.",
  });
  const page = await open(`${url}/console/tickets`, admin);
  await settled(page);
  const field = page.getByRole("textbox", { name: "Search tickets" });
  await field.click();
  await page.keyboard.type("quo");
  await expect(page).toHaveURL(/search=quo$/);
  await page.keyboard.type("kka");
  await expect(page).toHaveURL(/search=quokka$/);
  await expect(field).toHaveValue("quokka");
  await expect(page.getByRole("link", { name: "A quokka in the rack" })).toBeVisible();
  await page.getByRole("button", { name: "All", exact: true }).click();
  await expect(field).toHaveValue("");
});

test("tickets are gone through with keys, selected, and opened here or in a tab of their own", async ({
  instance,
  open,
}) => {
  const { url, admin } = instance;
  const [first, second]: Json[] = (await admin.api.get("/api/tickets?per_page=2")).data;
  const page = await open(`${url}/console/tickets`, admin);
  await settled(page);
  const row = ({ ticket_number }: Json) => page.getByRole("row").filter({ hasText: ticket_number });
  await expect(row(first)).toBeVisible();

  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(row(second)).toHaveAttribute("aria-current", "true");
  await page.keyboard.press("x");
  await expect(row(second).getByRole("checkbox")).toBeChecked();
  await row(first).getByRole("checkbox").check();
  await expect(page.getByRole("toolbar")).toContainText("2 selected");
  await page.getByRole("checkbox", { name: "Select all" }).check();
  await expect(row(first).getByRole("checkbox")).toBeChecked();
  await page.getByRole("button", { name: "Select none" }).click();
  await expect(page.getByRole("toolbar")).toHaveCount(0);

  const [tab] = await Promise.all([
    page.context().waitForEvent("page"),
    row(first)
      .getByRole("link")
      .click({ modifiers: ["ControlOrMeta"] }),
  ]);
  await expect(tab.getByRole("heading", { level: 1, name: first.subject })).toBeVisible();
  await tab.close();
  await expect(page).toHaveURL(/\/console\/tickets$/);
  await row(second).getByRole("link").click();
  await expect(page).toHaveURL(new RegExp(`/console/tickets/${second.id}$`));
  await expect(page.getByRole("heading", { level: 1, name: second.subject })).toBeVisible();
});

test("the way back from a ticket leads to the list that one came from", async ({ instance, open }) => {
  const { url, admin } = instance;
  const [second, closed] = [`${url}/console/tickets?page=2`, `${url}/console/tickets?status=closed`];
  const page = await open(second, admin);
  await settled(page);
  const way = page.getByRole("link", { name: "Back to the list" });
  const first = page.getByRole("row").nth(1);
  await first.getByRole("link").click();
  await expect(page).toHaveURL(/\/console\/tickets\/\d+$/);
  await page.reload();
  await settled(page);
  await way.click();
  await expect(page).toHaveURL(second);

  await page.getByRole("combobox", { name: "Status" }).click();
  await page.getByRole("option", { name: "Closed" }).click();
  await expect(page).toHaveURL(closed);
  await expect(first).toContainText("Closed");
  await page.keyboard.press("Escape");
  await first.getByRole("link").click();
  await expect(way).toBeVisible();
  await page.keyboard.press("u");
  await expect(page).toHaveURL(closed);
});
