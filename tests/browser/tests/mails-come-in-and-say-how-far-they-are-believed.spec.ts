// Mails that come in: an admin adds a mailbox and tries it out; a ticket tells how far the sender of a mail is believed.
import { readFile } from "node:fs/promises";

import { look } from "../support/look.ts";
import { serveMails } from "../support/mailserver.ts";
import { settled } from "../support/settled.ts";
import { expect, test } from "../support/test.ts";

test("an admin adds a mailbox, tries it out, changes it and removes it", async ({ instance, open }) => {
  const server = await serveMails();
  const page = await open(`${instance.url}/console/settings/mailboxes`, instance.admin);
  await settled(page);
  await page.getByRole("button", { name: "Add a mailbox" }).click();
  const box = page.getByRole("dialog");
  await box.getByLabel("Name").fill("Sales");
  await box.getByLabel("Mail server (IMAP)").fill("127.0.0.1");
  await expect(box.getByLabel("Port")).toHaveValue("993");
  await box.getByRole("combobox", { name: "Encryption" }).click();
  await page.getByRole("option", { name: "Not encrypted" }).click();
  await expect(box.getByLabel("Port")).toHaveValue("143");
  await box.getByLabel("Port").fill(String(server.port));
  await box.getByLabel("User").fill("sales@example.org");
  await box.getByLabel(/^Password/).fill("a-password-of-sales");
  await box.getByRole("button", { name: "Add" }).click();
  await expect(box).toHaveCount(0);
  const row = page.getByRole("row").filter({ hasText: "Sales" });
  await expect(row).toContainText(`sales@example.org at 127.0.0.1:${server.port}, INBOX`);

  server.put({ from: "Ada <ada@example.net>", subject: "Do you sell these?", text: "Ten of them." });
  await page.getByRole("button", { name: "Test: Sales" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "The folder INBOX is open" })).toBeVisible();
  // Nobody reloads anything.
  await expect(row).toContainText("Is read");
  await expect(row.getByRole("cell").nth(4)).toHaveText("1");

  await page.getByRole("button", { name: "Edit: Sales" }).click();
  await expect(box.getByLabel(/^Password/)).toHaveValue("");
  await box.getByLabel("User").fill("shop@example.org");
  await box.getByRole("button", { name: "Save" }).click();
  await expect(box.getByText("Give the password again")).toBeVisible();
  await box.getByLabel("User").fill("sales@example.org");
  await box.getByLabel("Name").fill("Shop");
  await box.getByRole("switch", { name: "Active" }).click();
  await box.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("row").filter({ hasText: "Shop" })).toContainText("Switched off");

  await page.getByRole("button", { name: "Delete: Shop" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("row").filter({ hasText: "Shop" })).toHaveCount(0);
});

test("a mailbox that fails and recovers says so while one looks", async ({ instance, open }) => {
  const server = await serveMails("They do not know you");
  const { admin } = instance;
  const add = (name: string, is_active: boolean) =>
    admin.api.post("/api/mailboxes", {
      name,
      host: "127.0.0.1",
      port: server.port,
      security: "none",
      username: name,
      password: "a-password",
      is_active,
    });
  const { mailbox } = await add("Orders", false);
  const page = await open(`${instance.url}/console/settings/mailboxes`, admin);
  await settled(page);
  const row = page.getByRole("row").filter({ hasText: "Orders at" });
  await expect(row).toContainText("Switched off");

  // Nobody reloads anything.
  await admin.api.call("PATCH", `/api/mailboxes/${mailbox.id}`, { is_active: true });
  await expect(row).toContainText("Cannot be read");
  await expect(row).toContainText("They do not know you");
  server.admit();
  // All are tried anew when there is another one.
  const other = await add("Returns", false);
  await expect(row).toContainText("Is read");
  for (const { id } of [mailbox, other.mailbox]) await admin.api.call("DELETE", `/api/mailboxes/${id}`);
});

test("a ticket tells how far the sender of each mail is believed, and keeps what it quotes at hand", async ({
  instance,
  open,
}) => {
  const { admin, customer, agent } = instance;
  const { ticket } = await customer.api.post("/api/tickets", {
    project_id: 1,
    subject: "It is slow in the evening",
    description: "From eight on.",
  });
  const server = await serveMails();
  await admin.api.post("/api/mailboxes", {
    name: "Support",
    host: "127.0.0.1",
    port: server.port,
    security: "none",
    username: "support",
    password: "a-password",
  });
  const page = await open(`${instance.url}/console/tickets/${ticket.id}`, agent);
  await settled(page);
  server.put({
    from: customer.email,
    subject: `Re: [${ticket.ticket_number}]`,
    text: "Better today.\n\nOn Monday, Ada wrote:\n> Have you tried\n> another server?",
    found: "spf=pass; dkim=pass; dmarc=pass",
  });
  // Nobody reloads anything.
  await expect(page.getByText("Better today.")).toBeVisible();
  const proven = `Proven to be from ${customer.email}. (spf=pass dkim=pass dmarc=pass)`;
  await expect(page.getByText(proven)).toBeVisible();
  await expect(page.getByText("another server?")).toHaveCount(0);
  await page.getByRole("button", { name: "Show the quoted text" }).click();
  await expect(page.getByRole("blockquote")).toContainText("> another server?");
  await look(page);

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: /^Save the mail/ }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("mail.eml");
  expect(await readFile(await download.path(), "utf8")).toContain(`From: ${customer.email}\r\n`);

  // What customers see of it is what they wrote.
  const theirs = await open(`${instance.url}/portal/tickets/${ticket.id}`, customer);
  await settled(theirs);
  await expect(theirs.getByText("Better today.")).toBeVisible();
  await expect(theirs.getByText(/Proven|Save the mail|quoted/)).toHaveCount(0);

  for (const [found, said] of [
    [
      "spf=fail; dmarc=fail",
      "Perhaps forged: the domain of carla@example.net does not stand behind this mail.",
    ],
    ["spf=pass", "Not proven to be from carla@example.net: some domain stands behind this mail"],
    ["", "Not proven to be from carla@example.net: nothing was found out about its sender."],
  ] as const) {
    const subject = `A mail with ${found || "nothing"}`;
    server.put({ from: "Carla <carla@example.net>", subject, text: "Let me in.", found });
    const sought = `/api/tickets?search=${encodeURIComponent(`"${subject}"`)}`;
    const filed = async () => (await admin.api.get(sought)).data[0]?.id;
    await expect.poll(filed).toBeTruthy();
    const opened = await open(`${instance.url}/console/tickets/${await filed()}`, admin);
    await settled(opened);
    await expect(opened.getByText(said)).toBeVisible();
  }
});
