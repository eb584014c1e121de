// Fields that are shown to customers stand on their ticket, and those that are theirs are filled in there.
import { settled } from "../support/settled.ts";
import { expect, test } from "../support/test.ts";

test("a customer sees and fills in the fields that an admin gave them", async ({ instance, open }) => {
  const { admin, agent, customer, url } = instance;
  // An admin says so on the page of fields.
  const settings = await open(`${url}/console/settings/fields`, admin);
  await settled(settings);
  await settings.getByRole("button", { name: "Add a field" }).first().click();
  const form = settings.getByRole("dialog");
  await form.getByLabel(/^Name/).fill("router");
  await form.getByLabel(/^Label/).fill("Router model");
  await form.getByRole("switch", { name: "Customers see it" }).click();
  await form.getByRole("switch", { name: "Customers fill it in" }).click();
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form).toHaveCount(0);
  const field = { entityType: "ticket", fieldType: "text" };
  const seen = { ...field, name: "contract", label: "Contract", customerCanView: true };
  await admin.api.post("/api/custom-fields", seen);
  await admin.api.post("/api/custom-fields", { ...field, name: "inside", label: "Among ourselves" });
  const filed = { project_id: 1, subject: "No connection", description: "Since this morning." };
  const { ticket } = await customer.api.post("/api/tickets", filed);
  await admin.api.put(`/api/tickets/${ticket.id}`, { custom_fields: { contract: "Gold", inside: "VIP" } });

  const page = await open(`${url}/portal/tickets/${ticket.id}`, customer);
  await settled(page);
  const card = page.getByRole("region", { name: "More about it" });
  await expect(card).toContainText("Gold");
  await expect(card).not.toContainText("Among ourselves");
  await card.getByLabel("Router model").fill("A-7");
  await card.getByLabel("Router model").blur();
  await expect
    .poll(async () => {
      const { ticket: now } = await agent.api.get(`/api/tickets/${ticket.id}`);
      return now.custom_fields.find((one: { name: string }) => one.name === "router")?.value;
    })
    .toBe("A-7");
});
