// Every page and every box: nothing that axe knows of, light and dark, wide and at 360 px, and quiet in the console.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { fill, type Filled, plainWords } from "../support/fill.ts";
import { look } from "../support/look.ts";
import { address, BOXES, PAGES, type Who } from "../support/pages.ts";
import { settled } from "../support/settled.ts";
import { type Instance, expect, test as plain } from "../support/test.ts";

const test = plain.extend<object, { filled: Filled }>({
  filled: [async ({ instance }, use) => use(await fill(instance, plainWords())), { scope: "worker" }],
});

const person = (instance: Instance, who: Who) => (who === "nobody" ? undefined : instance[who]);

for (const [who, pages] of Object.entries(PAGES) as [Who, string[]][]) {
  for (const page of pages) {
    test(`${who} sees ${page.slice(0, 60)}`, async ({ instance, filled, open }) => {
      const opened = await open(instance.url + address(page, filled), person(instance, who));
      await settled(opened);
      await look(opened);
    });
  }
}

/** What a button may open. */
const BOX = "[role=dialog], [role=menu], .mantine-Combobox-dropdown";

for (const [who, page, button] of BOXES) {
  test(`${who} opens “${button}” on ${page}`, async ({ instance, filled, open }) => {
    const opened = await open(instance.url + address(page, filled), person(instance, who));
    await settled(opened);
    await opened.getByRole("button", { name: button }).first().click();
    await expect(opened.locator(BOX).filter({ visible: true })).toHaveCount(1);
    await settled(opened);
    await look(opened, BOX);
  });
}

test("nobody sees the documentation of the API", async ({ instance, open }) => {
  const page = await open(`${instance.url}/api/docs`);
  await settled(page);
  // Hundreds of sections are made alike: what is found in one would be found in all.
  await page.evaluate(() => {
    for (const section of [...document.querySelectorAll("section")].slice(5)) section.remove();
  });
  await look(page);
});

test("every page of the app is looked at", () => {
  const source = resolve("../../assets/src");
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith("routes.ts"),
  );
  const paths = files.flatMap((file) =>
    [...readFileSync(join(source, file), "utf8").matchAll(/path: "(\/[^"]+)"/g)].map(
      (found) => found[1] ?? "",
    ),
  );
  const ends = Object.values(PAGES)
    .flat()
    .map((page) => page.replace(/\?.*/, "").replace(/\$\w+/g, "$id"));
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter((path) => path !== "/settings" && !ends.some((end) => end.endsWith(path)))).toEqual([]);
});
