// When a page is there: it has its title, and waits for nothing more.
import { expect, type Page } from "@playwright/test";

/** Resolves when a page is there. */
export async function settled(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 }).first()).toBeVisible();
  await expect(page.getByLabel(/^(Loading|Lädt)$/).filter({ visible: true })).toHaveCount(0);
}
