// The first minutes: the link that serve prints, the first administrator, and a console that says what to do next.
import { look } from "../support/look.ts";
import { startEmpty } from "../support/gatehouse.ts";
import { settled } from "../support/settled.ts";
import { expect, test as plain } from "../support/test.ts";

const test = plain.extend<{ empty: Awaited<ReturnType<typeof startEmpty>> }>({
  empty: async ({}, use) => {
    const instance = await startEmpty();
    await use(instance);
    await instance.stop();
  },
});

const ADMIN = { name: "Ada Admin", email: "ada@example.org", password: "a-long-enough-password" };

test("the link makes one administrator, who is shown what to do next", async ({ empty, open }) => {
  const page = await open(empty.link);
  await look(page);
  await page.getByLabel("E-mail").fill(ADMIN.email);
  await page.getByLabel("Name").fill(ADMIN.name);
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button").click();
  await expect(page.getByRole("alert")).toContainText("8");
  await look(page);
  await page.getByLabel("Password").fill(ADMIN.password);
  await page.getByRole("button").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Done");
  await look(page);

  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("E-mail address").fill(ADMIN.email);
  await page.getByLabel("Password", { exact: true }).fill(ADMIN.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`${empty.url}/console`);
  await settled(page);
  await look(page);

  const next = page.getByRole("region", { name: "First steps" });
  await next.getByRole("link", { name: /Add a server/ }).click();
  await expect(page).toHaveURL(`${empty.url}/console/servers`);
  await expect(page.getByText("No servers yet")).toBeVisible();

  await page.goto(empty.link);
  await expect(page.getByRole("button", { name: "Make administrator" })).toHaveCount(0);
  await look(page);
});

test("an instance that nobody has set up lets nobody in", async ({ empty, open }) => {
  const page = await open(empty.url);
  await expect(page).toHaveURL(`${empty.url}/sign-in?next=%2F`);
  await page.getByLabel("E-mail address").fill(ADMIN.email);
  await page.getByLabel("Password", { exact: true }).fill(ADMIN.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
});
