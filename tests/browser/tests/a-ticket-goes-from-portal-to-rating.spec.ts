// One ticket as both sides see it: filed in the portal, answered in the console, resolved, rated.
import type { Json } from "../support/api.ts";
import { settled } from "../support/settled.ts";
import { expect, test } from "../support/test.ts";

const SUBJECT = "No handshake since the storm";
const ANSWER = "Please switch the router off and on again.";

test("a ticket goes from the portal to the console and comes back rated", async ({ instance, open }) => {
  const theirs = await open(`${instance.url}/portal/tickets`, instance.customer);
  await theirs.getByRole("link", { name: "New ticket" }).first().click();
  await theirs.getByLabel("Subject").fill(SUBJECT);
  const about = theirs.getByRole("combobox", { name: "What is it about?" });
  await about.click();
  await theirs.getByRole("option").first().click();
  await theirs.getByLabel("What happened?").fill("It worked yesterday.\nNow it does not.");
  const [chooser] = await Promise.all([
    theirs.waitForEvent("filechooser"),
    theirs.getByRole("button", { name: "Attach files" }).click(),
  ]);
  await chooser.setFiles({
    name: "log.txt",
    mimeType: "text/plain",
    buffer: Buffer.from("handshake timed out"),
  });
  await theirs.getByRole("button", { name: "Send" }).click();
  await expect(theirs.getByRole("heading", { level: 1, name: SUBJECT })).toBeVisible();
  await expect(theirs.getByRole("link", { name: /log\.txt/ })).toBeVisible();

  const ours = await open(`${instance.url}/console/tickets`, instance.agent);
  await ours.getByRole("link", { name: SUBJECT }).click();
  await settled(ours);
  await ours.getByRole("button", { name: "Assign to me" }).click();
  // What one writes may stand here, told live, before the answer empties the field.
  const conversation = ours.getByRole("region", { name: "Conversation" });
  await ours.getByText("Internal note", { exact: true }).click();
  await ours.getByRole("textbox", { name: "Internal note" }).fill("Looks like their provider.");
  await ours.getByRole("button", { name: "Add the note" }).click();
  await expect(conversation.getByText("Looks like their provider.")).toBeVisible();
  await ours.getByText("Reply", { exact: true }).click();
  await ours.getByRole("textbox", { name: "Write a reply" }).fill(ANSWER);
  await ours.keyboard.press("Control+Enter");
  await expect(conversation.getByText(ANSWER)).toBeVisible();
  await ours.getByRole("combobox", { name: "Status" }).click();
  await ours.getByRole("option", { name: "Resolved" }).click();
  await expect(ours.getByRole("combobox", { name: "Status" })).toHaveValue("Resolved");

  // Nobody reloads anything: both sides follow along.
  await expect(theirs.getByText(ANSWER)).toBeVisible();
  await expect(theirs.getByText("Looks like their provider.")).toHaveCount(0);
  await theirs.getByRole("radio", { name: "5 stars" }).press("Space");
  await theirs.getByLabel("A word about it (optional)").fill("Quick, thank you.");
  await theirs.getByRole("button", { name: "Send the rating" }).click();
  await expect(theirs.getByRole("heading", { name: "Your rating" })).toBeVisible();

  await expect(ours.getByText("Quick, thank you.")).toBeVisible();
  await expect(ours.getByRole("img", { name: "5 stars" }).first()).toBeVisible();
  // What is opened in the bell has been read.
  const unread = async () => (await instance.agent.api.get("/api/notifications")).unread;
  const before = await unread();
  await ours.getByRole("button", { name: `Notifications: ${before} unread` }).click();
  await ours.getByRole("dialog").getByRole("link", { name: SUBJECT }).first().click();
  await expect.poll(unread).toBe(before - 1);
});

test("what happened on a ticket has been read once the ticket is opened", async ({ instance, open }) => {
  const { agent, customer, url } = instance;
  const file = async (subject: string) => {
    const filed = { project_id: 1, subject, description: "Is anybody there?" };
    const { ticket } = await customer.api.post("/api/tickets", filed);
    await agent.api.post(`/api/tickets/${ticket.id}/watch`);
    await customer.api.post(`/api/tickets/${ticket.id}/messages`, { body: "Hello?" });
    return ticket;
  };
  const [one, other] = [await file("Nobody answers"), await file("Nobody answers at night")];
  const unread = async () => {
    const { notifications } = await agent.api.get("/api/notifications?unread=true");
    const about = new Set<number>(notifications.map((told: Json) => told.ticket.id));
    return [about.has(one.id), about.has(other.id)];
  };
  expect(await unread()).toEqual([true, true]);
  const page = await open(`${url}/console/tickets/${one.id}`, agent);
  await settled(page);
  await expect.poll(unread).toEqual([false, true]);
});

test("what staff file for a customer came by the console", async ({ instance, open }) => {
  const { agent, customer, url } = instance;
  const called = { project_id: 1, subject: "A call", description: "The line was bad." };
  const { ticket } = await agent.api.post("/api/tickets", {
    ...called,
    customer_email: "caller@example.org",
  });
  const { ticket: own } = await customer.api.post("/api/tickets", called);
  const page = await open(`${url}/console/tickets/${ticket.id}`, agent);
  const card = page.getByRole("region", { name: "Properties" });
  await expect(card.getByText("Console", { exact: true })).toBeVisible();
  await page.goto(`${url}/console/tickets/${own.id}`);
  await expect(card.getByText("Portal", { exact: true })).toBeVisible();
});
