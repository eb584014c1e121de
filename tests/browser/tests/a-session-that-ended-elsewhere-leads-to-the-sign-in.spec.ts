// Sessions end elsewhere: by another browser, an admin, time. Pages that are open hear of it and lead to the sign-in and back.
import { signIn } from "../support/api.ts";
import { settled } from "../support/settled.ts";
import { CUSTOMER, expect, test } from "../support/test.ts";

/** Milliseconds: the stream of events breaks off within a second, and comes back to a refusal after two more. */
const SOON = { timeout: 20_000 };

for (const path of ["/portal/tickets", "/portal/devices", "/profile"]) {
  test(`${path} gives way to the sign-in, and comes back`, async ({ instance, open }) => {
    const person = await signIn(instance.url, CUSTOMER.email, CUSTOMER.password);
    const page = await open(instance.url + path, person);
    await settled(page);

    await person.api.post("/api/auth/logout");
    await expect(page).toHaveURL(/\/sign-in/, SOON);
    expect(new URL(page.url()).searchParams.get("next")).toBe(path);

    await page.getByRole("textbox", { name: "E-mail" }).fill(CUSTOMER.email);
    await page.getByLabel("Password", { exact: true }).fill(CUSTOMER.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL(instance.url + path);
  });
}

test("whoever follows a link and has no account signs up, and is where the link leads", async ({
  instance,
  open,
}) => {
  const page = await open(`${instance.url}/portal/devices`);
  await page.getByRole("link", { name: "Sign up" }).click();
  await page.getByRole("link", { name: "I have an account: sign in" }).click();
  await page.getByRole("link", { name: "Sign up" }).click();
  await page.getByRole("textbox", { name: "Name" }).fill("🦊 Fennek");
  await page.getByRole("textbox", { name: "E-mail address" }).fill("fennek@example.org");
  await page.getByLabel("New password", { exact: true }).fill("a-password-of-a-fox");
  await page.getByLabel("The same once more", { exact: true }).fill("a-password-of-a-fox");
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page).toHaveURL(`${instance.url}/portal/devices`);
  await expect(page.getByRole("button", { name: "Your account" })).toContainText("🦊F");
});
