// The audit log: entries are found by who did what.
import { settled } from "../support/settled.ts";
import { expect, test } from "../support/test.ts";

test("the audit log is searched for who and what", async ({ instance, open }) => {
  await instance.admin.api.post("/api/tags", { name: "Sought after", color: "#123456" });
  const page = await open(`${instance.url}/console/audit`, instance.admin);
  await settled(page);
  await page.getByRole("textbox", { name: "What" }).fill("tag created");
  await expect(page).toHaveURL(/what=tag/);
  await expect(page.getByRole("cell", { name: "tag_created" }).first()).toBeVisible();
  await expect(page.getByRole("cell", { name: "ticket_created" })).toHaveCount(0);
  await page.getByRole("textbox", { name: "Who" }).fill("nobody@");
  await expect(page.getByText("Nothing like that")).toBeVisible();
  await page.getByRole("button", { name: "Show everything" }).click();
  await expect(page.getByRole("textbox", { name: "What" })).toHaveValue("");
});
