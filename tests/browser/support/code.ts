// What a QR code on the screen says, read as a phone's camera would: off the pixels.
import type { Locator } from "@playwright/test";
import jsqr from "jsqr";
import { PNG } from "pngjs";

// The package is CommonJS: what it exports by default comes wrapped.
const decode = (jsqr as unknown as { default?: typeof jsqr.default }).default ?? (jsqr as never);

/** The text of the code that an element shows; null where none can be read. */
export async function readCode(element: Locator): Promise<string | null> {
  const { data, width, height } = PNG.sync.read(await element.screenshot());
  return decode(new Uint8ClampedArray(data), width, height)?.data ?? null;
}
