// Texts that try to run, wherever people may write, shown on every page: nothing of them runs, and nothing could.
import { signIn } from "../support/api.ts";
import { fill, type Filled, SERVER } from "../support/fill.ts";
import { HOSTILE, hostileWords, LINES } from "../support/hostile.ts";
import { address, PAGES, type Who } from "../support/pages.ts";
import { settled } from "../support/settled.ts";
import { CUSTOMER, expect, type Instance, test as plain } from "../support/test.ts";
import { CANARY, watch } from "../support/watch.ts";

/** Beyond one of everything: each line as a subject, a device, a tag and a person. */
async function flood({ admin, customer }: Instance) {
  const each = async (make: (text: string, index: number) => Promise<unknown>) => {
    for (let begin = 0; begin < LINES.length; begin += 16) {
      await Promise.all(LINES.slice(begin, begin + 16).map((text, index) => make(text, begin + index)));
    }
  };
  await each((subject) =>
    customer.api.post("/api/tickets", { project_id: 1, subject, description: subject }),
  );
  await each((name) =>
    admin.api.post(`/api/wg-clients/${SERVER}`, { name: name.slice(0, 64), userId: customer.id }),
  );
  await each((name, index) =>
    admin.api.post("/api/tags", { name: `${index} ${name}`.slice(0, 50), color: "#123456" }),
  );
  await each((name, index) =>
    admin.api.post("/api/admin/users", { name, email: `x${index}@example.org`, role: "customer" }),
  );
}

const test = plain.extend<object, { filled: Filled }>({
  filled: [
    async ({ instance }, use) => {
      const filled = await fill(instance, hostileWords());
      await flood(instance);
      await use(filled);
    },
    { scope: "worker", timeout: 120_000 },
  ],
});

/** What could run in the page that is shown: handlers, addresses that are programs, elements that load some. */
const couldRun = () =>
  [...document.querySelectorAll("*")]
    .filter((element) => {
      const attributes = [...element.attributes];
      const own =
        element.localName !== "script" || (element as HTMLScriptElement).src.startsWith(`${origin}/assets/`);
      return (
        !own ||
        ["iframe", "object", "embed", "frame", "base", "marquee"].includes(element.localName) ||
        attributes.some(({ name }) => name.startsWith("on") || name === "srcdoc" || name === "formaction") ||
        attributes.some(
          ({ name, value }) =>
            ["href", "src", "action", "xlink:href", "data"].includes(name) &&
            /^[\s\0-\x20]*(javascript|vbscript|data:text)/i.test(value),
        )
      );
    })
    .map((element) => element.outerHTML.slice(0, 200));

test("there are more than three hundred texts, and a page that takes them for HTML is noticed", async ({
  browser,
}) => {
  expect(new Set(HOSTILE).size).toBeGreaterThan(300);
  const context = await browser.newContext();
  const seen = await watch(context);
  const page = await context.newPage();
  await page.goto("about:blank");
  await page.setContent(`<img src=x onerror="${CANARY}(1)"><a href="javascript:${CANARY}(1)">x</a>`);
  await expect.poll(() => seen.filter((text) => text.includes("a text of somebody ran")).length).toBe(1);
  await page.setContent("<svg onload=alert(1)>");
  await expect.poll(() => seen).toContain("dialog: 1");
  expect(await page.evaluate(couldRun)).toHaveLength(1);
  await context.close();
});

/** Pages that show nothing that somebody wrote, or only what is due first; the log goes by ids and kinds, mails by their addresses. */
const OWN: readonly string[] = [
  "/console/audit",
  "/console/settings/mails",
  "/console/settings/tables",
  "/sign-in",
  "/sign-up",
  "/forgot-password",
  "/reset-password",
  "/invitation",
  "/verify",
  "/nowhere",
  "/setup",
  "/profile",
  "/console",
  "/console/tickets/new",
  "/portal/tickets/new",
  "/console/reports",
];

for (const [who, pages] of Object.entries(PAGES) as [Who, string[]][]) {
  const isOwn = (page: string) =>
    [page, `${who} ${page}`].some((one) => OWN.includes(one.replace(/\?.*/, "")));
  for (const page of pages.filter((page) => !isOwn(page))) {
    test(`${who} is shown ${page.slice(0, 60)}`, async ({ instance, filled, open }) => {
      const person = who === "nobody" ? undefined : instance[who];
      const opened = await open(instance.url + address(page, filled), person);
      await settled(opened);
      await expect(opened.locator("body"), "the texts are shown as texts").toContainText(
        new RegExp(`${CANARY}\\(1\\)|alert\\(1\\)`),
      );
      expect(await opened.evaluate(couldRun)).toEqual([]);
      await opened.mouse.move(640, 450);
      await opened.mouse.move(645, 455);
      expect(await opened.evaluate(couldRun)).toEqual([]);
    });
  }
}

test("every subject is shown as it was written, page after page", async ({ instance, filled: _, open }) => {
  const page = await open(`${instance.url}/portal/tickets`, instance.customer);
  const shown = new Set<string>();
  for (;;) {
    await settled(page);
    for (const subject of await page.locator("a[href^='/portal/tickets/'] p").allInnerTexts())
      shown.add(subject);
    expect(await page.evaluate(couldRun)).toEqual([]);
    const next = page.getByRole("button", { name: "Next page" });
    if ((await next.count()) === 0 || (await next.isDisabled())) break;
    const [answer] = await Promise.all([page.waitForResponse(/\/api\/tickets\?/), next.click()]);
    await answer.finished();
  }
  expect(LINES.filter((line) => !shown.has(line.trim()))).toEqual([]);
});

test("what was searched for is marked, and nothing else", async ({ instance, filled: _, open }) => {
  for (const [who, path] of [
    [undefined, "/help"],
    [instance.admin, "/console/knowledge"],
    [instance.admin, "/console/tickets"],
  ] as const) {
    const page = await open(instance.url + path, who);
    await settled(page);
    await page
      .getByLabel(/^Search/)
      .first()
      .fill("onerror");
    await page.waitForResponse(/search=onerror/);
    await settled(page);
    expect(await page.evaluate(couldRun)).toEqual([]);
  }
});

test("what a mail quotes is text, too", async ({ instance, filled, open }) => {
  const page = await open(instance.url + address("/console/tickets/$ticket", filled), instance.agent);
  await settled(page);
  await page.getByRole("button", { name: "Show the quoted text" }).click();
  const quoted = page.locator("blockquote", { hasText: "somebody wrote:" });
  await expect(quoted).toContainText(`> <script>${CANARY}(1)</script>`);
  expect(await page.evaluate(couldRun)).toEqual([]);
});

test("a program's name is text where sessions are listed", async ({ instance, open }) => {
  for (const line of LINES.filter((text) => /^[\x20-\x7e]+$/.test(text)).slice(0, 12)) {
    await signIn(instance.url, CUSTOMER.email, CUSTOMER.password, line);
  }
  const page = await open(`${instance.url}/profile`, instance.customer);
  await settled(page);
  expect(await page.evaluate(couldRun)).toEqual([]);
});
