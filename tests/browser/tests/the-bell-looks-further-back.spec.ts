// The bell shows the newest; what happened before that is one press away, and is read where its ticket is opened.
import { settled } from "../support/settled.ts";
import type { Json } from "../support/api.ts";
import { expect, test } from "../support/test.ts";

test("the bell looks further back", async ({ instance, open }) => {
  const { admin, agent, customer } = instance;
  const asked = async (subject: string, replies: number) => {
    const { ticket } = await customer.api.post("/api/tickets", {
      project_id: 1,
      subject,
      description: "Hello?",
    });
    await admin.api.post(`/api/tickets/${ticket.id}/assign`, { user_id: agent.id });
    for (let reply = 0; reply < replies; reply += 1) {
      await customer.api.post(`/api/tickets/${ticket.id}/messages`, { body: "Are you there?" });
    }
    return ticket.id as number;
  };
  const first = await asked("Long ago", 1);
  await asked("Just now", 25);
  const unread = async () => {
    const { notifications } = await agent.api.get("/api/notifications?unread=true&limit=100");
    return notifications.filter((told: Json) => told.ticket.id === first).length;
  };
  expect(await unread()).toBeGreaterThan(0);

  const page = await open(`${instance.url}/console`, agent);
  await settled(page);
  await page.getByRole("button", { name: /^Notifications: / }).click();
  const bell = page.getByRole("dialog", { name: "Notifications" });
  await expect(bell.getByRole("link", { name: "Just now" }).first()).toBeVisible();
  await expect(bell.getByRole("link", { name: "Long ago" })).toHaveCount(0);
  await bell.getByRole("button", { name: "Look further back" }).click();
  await bell.getByRole("link", { name: "Long ago" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Long ago" })).toBeVisible();
  await expect.poll(unread).toBe(0);
});
