// Forms of settings: where only some words will do they offer them, and what is wrong stands where it is wrong.
import { settled } from "../support/settled.ts";
import { expect, test } from "../support/test.ts";

test("a rule is made of what there is, and reads the same when it is opened again", async ({
  instance: { url, admin },
  open,
}) => {
  const { project } = await admin.api.post("/api/admin/projects", { name: "Crops" });
  const page = await open(`${url}/console/settings/rules`, admin);
  await settled(page);
  await page.getByRole("button", { name: "Add a rule" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("textbox", { name: "Name" }).fill("Crops first");
  const pick = async (input: string, at: number, option: string) => {
    await form.getByRole("combobox", { name: input }).nth(at).click();
    await page.getByRole("option", { name: option, exact: true }).click();
  };
  await form.getByRole("group", { name: "Conditions" }).getByRole("button", { name: "Add" }).click();
  await pick("Field", 0, "Project");
  await form.getByRole("combobox", { name: "Comparison" }).click();
  await expect(page.getByRole("option")).toHaveText(["is", "is not"]);
  await page.keyboard.press("Escape");
  await pick("Value", 0, project.name);
  await form.getByRole("group", { name: "What it does" }).getByRole("button", { name: "Add" }).click();
  await pick("Action", 0, "Set the status");
  await pick("Value", 1, "Waiting");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form).toHaveCount(0);

  const { conditions, actions } = (await admin.api.get("/api/automation-rules")).find(
    ({ name }: { name: string }) => name === "Crops first",
  );
  expect(conditions).toEqual([{ field: "projectId", operator: "is", value: project.uuid }]);
  expect(actions).toEqual([{ type: "set_status", value: "pending" }]);
  await page.getByRole("button", { name: "Edit: Crops first" }).click();
  await expect(form.getByRole("combobox", { name: "Value" }).first()).toHaveValue(project.name);
  await expect(form.getByRole("combobox", { name: "Value" }).last()).toHaveValue("Waiting");
});

test("what is wrong with business hours stands at the day", async ({ instance: { url, admin }, open }) => {
  const page = await open(`${url}/console/settings/sla`, admin);
  await settled(page);
  await page.getByRole("button", { name: "Add a policy" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("switch", { name: "Count business hours only" }).click();
  await form.getByLabel("Tuesday: to").fill("09:00");
  await form.getByRole("textbox", { name: "Holidays" }).fill("tomorrow");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(form.getByRole("alert")).toHaveCount(1);
  await expect(form.getByRole("textbox", { name: "Holidays" })).toHaveAttribute("aria-invalid", "true");
});

test("a device does not expire in the past", async ({ instance: { url, admin }, open }) => {
  const server = { id: "past", name: "Past", endpoint: "203.0.113.7:51820", address: "10.66.0.1/24" };
  await admin.api.post("/api/servers", server);
  const page = await open(`${url}/console/devices?server=past`, admin);
  await settled(page);
  await page.getByRole("button", { name: "Add a device" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("textbox", { name: "Name" }).fill("Phone");
  await form.getByLabel("Expires").fill("2020-01-01T12:00");
  await form.getByRole("button", { name: "Add a device" }).click();
  await expect(form.getByText("That is in the past.")).toBeVisible();
  expect(await admin.api.get("/api/wg-clients/past")).toEqual([]);
});
