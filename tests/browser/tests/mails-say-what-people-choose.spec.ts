// Mails: an admin rewords one and sees what becomes of it; everybody chooses what they are mailed about; their links lead somewhere.
import { settled } from "../support/settled.ts";
import { CUSTOMER, expect, test } from "../support/test.ts";

test("an admin rewords a mail, sees it filled in, and goes back to the original", async ({
  instance,
  open,
}) => {
  const page = await open(`${instance.url}/console/settings/templates`, instance.admin);
  await settled(page);
  await page.getByRole("link", { name: "Ticket resolved" }).click();
  const preview = page.getByRole("region", { name: "Preview" });
  await expect(preview.getByText("No handshake since noon").first()).toBeVisible();

  await page.getByRole("textbox", { name: "Subject" }).fill("Done: {{ subject }}");
  await page.getByRole("textbox", { name: "Text" }).fill("Dear customer,\n\nall is **well**: {{ number }}.");
  await expect(preview.getByText("Done: No handshake since noon")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("button", { name: "Back to the original" })).toBeVisible();
  await page.getByRole("link", { name: "All mails" }).click();
  const row = page.getByRole("row").filter({ hasText: "Ticket resolved" });
  await expect(row).toContainText("Done: {{ subject }}");
  await expect(row).toContainText("Own, English");

  await page.getByRole("link", { name: "Ticket resolved" }).click();
  await page.getByRole("button", { name: "Back to the original" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Back to the original" }).click();
  await expect(page.getByRole("textbox", { name: "Subject" })).not.toHaveValue("Done: {{ subject }}");
});

test("a customer turns a mail off, and it stays off", async ({ instance, open }) => {
  const page = await open(`${instance.url}/profile`, instance.customer);
  await settled(page);
  const choice = page.getByRole("switch", { name: "Your ticket is resolved" });
  await expect(choice).toBeChecked();
  await choice.click();
  await expect(choice).not.toBeChecked();
  await expect
    .poll(async () => (await instance.customer.api.get("/api/me/notifications")).mails)
    .toMatchObject({
      ticket_resolved: false,
      reply_to_customer: true,
    });
  await page.reload();
  await settled(page);
  await expect(choice).not.toBeChecked();
});

test("the link of a mail leads each reader to their own page of what it is about", async ({
  instance,
  open,
}) => {
  const { admin, customer, url } = instance;
  const told = { project_id: 1, subject: "No handshake", description: "Since noon." };
  const { id } = (await customer.api.post("/api/tickets", told)).ticket;
  async function link(template: string): Promise<string> {
    const { text } = await admin.api.post(`/api/mail-templates/${template}/preview`, {});
    return new URL(/^https?:\S+$/m.exec(text)![0]).pathname.replace(/42$/, id);
  }
  const ticket = `/console/tickets/${id}`;
  for (const [template, expected] of [
    ["assigned", ticket],
    ["reply_to_staff", ticket],
    ["sla_warning", ticket],
    ["sla_breach", ticket],
    ["server_offline", "/console/servers"],
    ["quota_reached", "/console/servers"],
    ["webhook_switched_off", "/console/settings/webhooks"],
  ]) {
    const page = await open(url + (await link(template!)), admin);
    await expect(page, template).toHaveURL(url + expected);
  }
  for (const template of ["ticket_received", "reply_to_customer", "ticket_resolved"]) {
    const page = await open(url + (await link(template)), customer);
    await expect(page, template).toHaveURL(`${url}/portal/tickets/${id}`);
    await expect(page.getByText("Since noon.")).toBeVisible();
  }

  const page = await open(url + (await link("ticket_received")));
  await page.getByRole("textbox", { name: "E-mail" }).fill(CUSTOMER.email);
  await page.getByLabel("Password", { exact: true }).fill(CUSTOMER.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${url}/portal/tickets/${id}`);
});
