// The portal on the narrowest phones: its places stand in one row, above the page.
import { settled } from "../support/settled.ts";
import { expect, test } from "../support/test.ts";

for (const locale of ["en", "de"]) {
  test(`its places stand in one row at 320 px in ${locale}`, async ({
    instance: { url, customer },
    open,
  }) => {
    const page = await open(`${url}/portal/tickets`, customer, {
      locale,
      viewport: { width: 320, height: 640 },
    });
    await settled(page);
    const boxes = await Promise.all((await page.getByRole("tab").all()).map((tab) => tab.boundingBox()));
    expect(boxes.length).toBe(4);
    expect(new Set(boxes.map((box) => box?.y)).size, "rows").toBe(1);
    expect(Math.max(...boxes.map((box) => (box ? box.x + box.width : 0)))).toBeLessThanOrEqual(320);
    const title = await page.getByRole("heading", { level: 1 }).boundingBox();
    expect(title?.y).toBeGreaterThan((boxes[0]?.y ?? 0) + (boxes[0]?.height ?? 0));
  });
}
