// How a page looks to those who judge: accessible in light and dark, and no wider than a phone.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

// Colours do not depend on the size, nor sizes on the colours.
const WAYS = [
  { size: { width: 1280, height: 900 }, colorScheme: "light" },
  { size: { width: 360, height: 740 }, colorScheme: "dark" },
] as const;

/** What axe finds, in short: the rule, and where. */
async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.target.join(" ")} ${node.html}`),
  );
}

async function isNoWiderThanTheScreen(page: Page) {
  const wide = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .map((element) => element.outerHTML.slice(0, 160));
  });
  expect(wide.slice(0, 3), "what reaches beyond the screen").toEqual([]);
}

/** Looks at a page on a large screen in light, and on a phone in dark. */
export async function look(page: Page): Promise<void> {
  const found: Record<string, string[]> = {};
  for (const { size, colorScheme } of WAYS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expect(page.locator("html")).toHaveCSS("color-scheme", new RegExp(colorScheme));
    await isNoWiderThanTheScreen(page);
    const problems = await faults(page);
    if (problems.length > 0) found[colorScheme] = problems;
  }
  expect(found, "what axe finds").toEqual({});
}
