// A deadline that passes while somebody looks: the list, the ticket and its clock say so by themselves.
import { settled } from "../support/settled.ts";
import { expect, test } from "../support/test.ts";

/** Milliseconds: the shortest promise is a minute, and what comes of it takes moments. */
const SOON = 90_000;

test("a missed deadline appears while one looks", async ({ instance, open }) => {
  test.slow();
  const { admin, customer, agent } = instance;
  const { project } = await admin.api.post("/api/admin/projects", { name: "Impatient", prefix: "IMP" });
  await admin.api.post(`/api/admin/projects/${project.id}/agents`, { user_id: agent.id });
  await admin.api.post("/api/admin/sla", {
    name: "At once",
    project_id: project.id,
    priority: "medium",
    first_response_minutes: 1,
    resolution_minutes: 480,
  });
  const { ticket } = await customer.api.post("/api/tickets", {
    project_id: project.id,
    subject: "I cannot wait",
    description: "Not a minute.",
  });

  const late = await open(`${instance.url}/console/tickets?overdue=true`, agent);
  await settled(late);
  await expect(late.getByRole("link", { name: "I cannot wait" })).toHaveCount(0);
  const page = await open(`${instance.url}/console/tickets/${ticket.id}`, agent);
  await settled(page);
  const clock = page.getByRole("button", { name: /^First response/ });
  await expect(clock).toContainText("left");

  // Nobody reloads anything.
  await expect(clock).toContainText("late", { timeout: SOON });
  await expect(page.getByText("saw the SLA missed")).toBeVisible();
  await expect(late.getByRole("link", { name: "I cannot wait" })).toBeVisible();
  await clock.click();
  await expect(page.getByRole("dialog", { name: "First response" }).getByText("1 min").first()).toBeVisible();
});
