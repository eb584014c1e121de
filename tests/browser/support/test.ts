// What tests begin with: an instance with a past per worker, people to act as, and contexts that are watched.
import { type BrowserContextOptions, type Page, test as plain, expect } from "@playwright/test";

import { type Person, signIn } from "./api.ts";
import { type Gatehouse, startSeeded } from "./gatehouse.ts";
import { watch } from "./watch.ts";

/** An instance, and somebody of each kind. */
export interface Instance extends Gatehouse {
  admin: Person;
  agent: Person;
  customer: Person;
}

/** Opens a page as somebody, or as nobody, in a context of its own. */
export type Open = (url: string, person?: Person, options?: BrowserContextOptions) => Promise<Page>;

/** The address and password of the customer that tests act as. */
export const CUSTOMER = { email: "customer@example.org", password: "a-password-of-a-customer" };

async function start(): Promise<Instance> {
  const { url, password, stop } = await startSeeded();
  const admin = await signIn(url, "admin@example.org", password);
  const agent = await signIn(url, "agent1@example.org", password);
  const details = { ...CUSTOMER, name: "Carla Customer", role: "customer", email_verified: true };
  await admin.api.post("/api/admin/users", details);
  return { url, stop, admin, agent, customer: await signIn(url, CUSTOMER.email, CUSTOMER.password) };
}

export const test = plain.extend<{ open: Open }, { instance: Instance }>({
  instance: [
    async ({}, use) => {
      const instance = await start();
      await use(instance);
      await instance.stop();
    },
    { scope: "worker" },
  ],
  open: async ({ browser }, use) => {
    const all: string[][] = [];
    const contexts: { close: () => Promise<void> }[] = [];
    await use(async (url, person, options = {}) => {
      const context = await browser.newContext(options);
      contexts.push(context);
      all.push(await watch(context));
      if (person) await context.addCookies([person.cookie]);
      const page = await context.newPage();
      await page.goto(url);
      return page;
    });
    for (const context of contexts) await context.close();
    expect(all.flat(), "what pages did that they may not").toEqual([]);
  },
});

export { expect };
