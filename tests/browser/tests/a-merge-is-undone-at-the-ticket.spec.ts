// Tickets that were merged into another stand beside it, and are taken apart there at any time.
import { signIn } from "../support/api.ts";
import { settled } from "../support/settled.ts";
import { expect, test } from "../support/test.ts";

test("a merge is undone at the ticket that others were merged into", async ({ instance, open }) => {
  const { admin, agent, customer, url } = instance;
  const file = async (subject: string, description: string) =>
    (await customer.api.post("/api/tickets", { project_id: 1, subject, description })).ticket;
  const kept = await file("No connection", "Since this morning.");
  const merged = await file("Still no connection", "Is anybody there?");
  await admin.api.post(`/api/tickets/${merged.uuid}/merge`, { into: kept.uuid });

  const page = await open(`${url}/console/tickets/${kept.id}`, agent);
  await settled(page);
  const card = page.getByRole("region", { name: "Merged into this one" });
  await expect(card.getByRole("listitem")).toHaveCount(1);
  await expect(card).toContainText(merged.ticket_number);
  await expect(card).toContainText("Still no connection");
  await expect(page.getByText("Is anybody there?")).toBeVisible();

  await card.getByRole("button", { name: `Undo merge of ${merged.ticket_number}` }).click();
  await expect(page.getByText(`${merged.ticket_number} is a ticket of its own again.`)).toBeVisible();
  await expect(card).toHaveCount(0);
  await expect(page.getByText("Is anybody there?")).toHaveCount(0);

  await page.goto(`${url}/console/tickets/${merged.id}`);
  await settled(page);
  await expect(page.getByRole("heading", { level: 1, name: "Still no connection" })).toBeVisible();
  await expect(page.getByText("Is anybody there?")).toBeVisible();
});

test("customers are not shown what was merged into their tickets", async ({ instance, open }) => {
  const { admin, customer, url } = instance;
  const kept = { project_id: 1, subject: "It is slow", description: "All day." };
  const { ticket } = await customer.api.post("/api/tickets", kept);
  const { ticket: other } = await admin.api.post("/api/tickets", {
    ...kept,
    subject: "Slow at the neighbours'",
    customer_email: "neighbour@example.org",
  });
  await admin.api.post(`/api/tickets/${other.uuid}/merge`, { into: ticket.uuid });
  const page = await open(`${url}/portal/tickets/${ticket.id}`, customer);
  await settled(page);
  await expect(page.getByRole("heading", { level: 1, name: "It is slow" })).toBeVisible();
  await expect(page.getByText(other.ticket_number)).toHaveCount(0);
  await expect(page.getByText("Slow at the neighbours'")).toHaveCount(0);
});

test("a customer whose ticket was merged into another's is still a customer there", async ({
  instance,
  open,
}) => {
  const { admin, agent, customer, url } = instance;
  const account = {
    name: "Nora Neighbour",
    email: "nora@example.org",
    password: "a-password-of-a-neighbour",
  };
  await admin.api.post("/api/admin/users", { ...account, role: "customer", email_verified: true });
  const neighbour = await signIn(url, account.email, account.password);
  const { ticket: kept } = await customer.api.post("/api/tickets", {
    project_id: 1,
    subject: "The lift stands still",
    description: "On the third floor.",
  });
  const { ticket: merged } = await neighbour.api.post("/api/tickets", {
    project_id: 1,
    subject: "The lift",
    description: "I am in it.",
  });
  await neighbour.api.post(`/api/tickets/${merged.id}/messages`, { body: "Still in it." });
  await agent.api.post(`/api/tickets/${kept.id}/messages`, { body: "Somebody comes." });
  await admin.api.post(`/api/tickets/${merged.uuid}/merge`, { into: kept.uuid });

  const page = await open(`${url}/console/tickets/${kept.id}`, agent);
  await settled(page);
  const said = (text: string) => page.getByRole("article").filter({ hasText: text });
  for (const text of ["I am in it.", "Still in it."]) {
    await expect(said(text)).toHaveAccessibleName("Nora Neighbour, customer");
    await expect(said(text).getByText("Customer", { exact: true })).toBeVisible();
  }
  await expect(said("Somebody comes.").getByText("Staff", { exact: true })).toBeVisible();
});
