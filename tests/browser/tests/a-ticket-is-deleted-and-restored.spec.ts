// Deleting a ticket leads away from it; what is left of it says so, and offers nothing but to bring it back.
import { settled } from "../support/settled.ts";
import { expect, test } from "../support/test.ts";

test("whoever deletes a ticket is back at the list, and restores the ticket from there", async ({
  instance,
  open,
}) => {
  const { admin, customer, url } = instance;
  const subject = "A wombat in the basement";
  const description = "It digs.";
  const { ticket } = await customer.api.post("/api/tickets", { project_id: 1, subject, description });
  const page = await open(`${url}/console/tickets?search=wombat`, admin);
  await settled(page);
  await page.getByRole("link", { name: subject }).click();
  await settled(page);
  await page.getByRole("button", { name: "More to do" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const question = page.getByRole("dialog", { name: `Delete ${ticket.ticket_number}?` });
  await question.getByRole("button", { name: "Delete" }).click();
  await expect(page).toHaveURL(/\/console\/tickets\?search=wombat$/);
  await expect(page.getByRole("link", { name: subject })).toHaveCount(0);

  const told = page.getByRole("alert").filter({ hasText: `${ticket.ticket_number} is deleted` });
  await told.getByRole("button", { name: "Restore" }).click();
  await expect(page).toHaveURL(new RegExp(`/console/tickets/${ticket.id}$`));
  await expect(page.getByRole("textbox", { name: "Write a reply" })).toBeVisible();
  await expect(told).toHaveCount(0);
  await page.getByRole("link", { name: "Back to the list" }).click();
  await expect(page.getByRole("link", { name: subject })).toBeVisible();
});

test("a deleted ticket says so, and offers only to be restored", async ({ instance, open }) => {
  const { admin, customer, url } = instance;
  const filed = { project_id: 1, subject: "Never mind", description: "It works again." };
  const { ticket } = await customer.api.post("/api/tickets", filed);
  await admin.api.call("DELETE", `/api/tickets/${ticket.id}`);
  const page = await open(`${url}/console/tickets/${ticket.id}`, admin);
  await settled(page);
  const main = page.getByRole("main");
  await expect(main.getByRole("status").filter({ hasText: /^Deleted / })).toBeVisible();
  await expect(main.getByText("It works again.")).toBeVisible();
  await expect(main.getByRole("button")).toHaveText(["Restore"]);
  for (const role of ["combobox", "textbox", "switch", "checkbox"] as const) {
    await expect(main.getByRole(role)).toHaveCount(0);
  }

  await main.getByRole("button", { name: "Restore" }).click();
  await expect(main.getByRole("textbox", { name: "Write a reply" })).toBeVisible();
  await expect(main.getByRole("button", { name: "Assign to me" })).toBeVisible();
});
