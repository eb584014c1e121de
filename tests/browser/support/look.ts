// How a page looks to those who judge: accessible in light and dark, and no wider than a phone.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

// Colours do not depend on the size, nor sizes on the colours.
const WAYS = [
  { size: { width: 1280, height: 900 }, colorScheme: "light" },
  { size: { width: 360, height: 740 }, colorScheme: "dark" },
] as const;

/** What axe finds on a page, or in the part that a selector names, in short: the rule, and where. */
async function faults(page: Page, part?: string): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  // What floats above a page stands in none of its landmarks.
  const { violations } = await (part ? axe.include(part).disableRules("region") : axe).analyze();
  return violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")} ${node.html}`),
  );
}

/** What reaches beyond the right edge, if that makes the page wider, or where nobody could scroll to it. */
export const tooWide = () => {
  const width = document.documentElement.clientWidth;
  const isWider = document.documentElement.scrollWidth > width;
  return [...document.querySelectorAll(isWider ? "body *" : "body > * header *")]
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .map((element) => element.outerHTML.slice(0, 160));
};

/** Looks at a page, or at a part that floats above it: on a large screen in light, and on a phone in dark. */
export async function look(page: Page, part?: string): Promise<void> {
  const found: Record<string, string[]> = {};
  // What i18next says where a text is asked for by half of its key.
  await expect(page.getByText("returned an object instead of string"), "what has no words").toHaveCount(0);
  for (const { size, colorScheme } of WAYS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expect(page.locator("html")).toHaveCSS("color-scheme", new RegExp(colorScheme));
    await expect.poll(() => page.evaluate(() => document.getAnimations().length), "what moves").toBe(0);
    await expect.poll(() => page.evaluate(tooWide), "what reaches beyond the screen").toEqual([]);
    const problems = await faults(page, part);
    if (problems.length > 0) found[colorScheme] = problems;
  }
  expect(found, "what axe finds").toEqual({});
}
