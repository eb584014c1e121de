// Two people at one ticket: each sees that the other is there, and writes, and has left.
import { settled } from "../support/settled.ts";
import { expect, test } from "../support/test.ts";

test("two people at one ticket see each other", async ({ instance, open }) => {
  const { ticket } = await instance.customer.api.post("/api/tickets", {
    project_id: 1,
    subject: "Who answers this?",
    description: "Either of you, please.",
  });
  const address = `${instance.url}/console/tickets/${ticket.id}`;
  const name = async (person: typeof instance.admin) => (await person.api.get("/api/auth/me")).user.name;
  const [theirs, ours] = await Promise.all([name(instance.admin), name(instance.agent)]);

  const first = await open(address, instance.agent);
  await settled(first);
  const second = await open(address, instance.admin);
  await settled(second);
  await expect(first.getByText(`${theirs} is here, too`)).toBeVisible();
  await expect(second.getByText(`${ours} is here, too`)).toBeVisible();

  await second.getByRole("textbox", { name: "Write a reply" }).fill("I am on it");
  await expect(first.getByText(`${theirs} is writing an answer, too.`)).toBeVisible();
  await second.getByRole("button", { name: "Send", exact: true }).click();
  await expect(first.getByText("I am on it")).toBeVisible();
  await expect(first.getByText(`${theirs} is writing an answer, too.`)).toHaveCount(0);

  await second.getByRole("link", { name: "All tickets", exact: true }).click();
  await expect(first.getByText(`${theirs} is here, too`)).toHaveCount(0);
  await expect(second.getByRole("heading", { level: 1, name: "Tickets" })).toBeVisible();
});

test("whoever writes hears of an answer that came first", async ({ instance, open }) => {
  const { ticket } = await instance.customer.api.post("/api/tickets", {
    project_id: 1,
    subject: "Both at once",
    description: "Hello?",
  });
  const page = await open(`${instance.url}/console/tickets/${ticket.id}`, instance.agent);
  await settled(page);
  await page.getByRole("textbox", { name: "Write a reply" }).fill("Have you tried");
  await instance.admin.api.post(`/api/tickets/${ticket.id}/messages`, { body: "It is solved." });
  await expect(page.getByText("It is solved.")).toBeVisible();
  await expect(page.getByText("Somebody has written since you began")).toBeVisible();
  await page.reload();
  await settled(page);
  await expect(page.getByRole("textbox", { name: "Write a reply" })).toHaveValue("Have you tried");
});

test("an admin sees whose time was spent", async ({ instance, open }) => {
  const { ticket } = await instance.customer.api.post("/api/tickets", {
    project_id: 1,
    subject: "Call me",
    description: "After five.",
  });
  const entry = { minutes: 25, description: "A long call" };
  await instance.agent.api.post(`/api/tickets/${ticket.uuid}/time-entries`, entry);
  const { name } = (await instance.agent.api.get("/api/auth/me")).user;
  const page = await open(`${instance.url}/console/tickets/${ticket.id}`, instance.admin);
  await settled(page);
  const spent = page.getByRole("region", { name: "Time spent" }).getByRole("listitem");
  await expect(spent).toContainText("A long call");
  await expect(spent).toContainText(name);
});

test("whoever enters too much time is told how much an entry may have", async ({ instance, open }) => {
  const { ticket } = await instance.customer.api.post("/api/tickets", {
    project_id: 1,
    subject: "A long story",
    description: "Sit down.",
  });
  const page = await open(`${instance.url}/console/tickets/${ticket.id}`, instance.agent);
  await settled(page);
  await page.getByRole("button", { name: "Enter time" }).click();
  const sheet = page.getByRole("dialog", { name: "Enter time" });
  const minutes = sheet.getByRole("textbox", { name: "Minutes" });
  await minutes.fill("150000");
  await minutes.press("Enter");
  await expect(sheet.getByText("At most 144,000 minutes, which are 100 days.")).toBeVisible();
  await expect(minutes).toHaveValue("150000");
  await minutes.fill("12000");
  await minutes.press("Enter");
  await expect(sheet).toHaveCount(0);
  const [entry] = await instance.agent.api.get(`/api/tickets/${ticket.uuid}/time-entries`);
  expect(entry.minutes).toBe(12_000);
});
