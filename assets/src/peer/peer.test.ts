// How often lists of devices are asked for, at most.
import { expect, test } from "vitest";

import { peers } from "./peer";

const waits = (devices: number, cause: "changed" | "measured") =>
  peers("la").meta?.pace?.(Array.from({ length: devices }), cause);

test("a list of thousands is asked for once a minute at most when servers report, a short one after seconds", () => {
  expect([waits(10_000, "measured"), waits(1_001, "measured")]).toEqual([60_000, 60_000]);
  expect([waits(1_000, "measured"), waits(0, "measured")]).toEqual([5_000, 5_000]);
});

test("what somebody changed comes sooner, also in a long list", () => {
  expect([waits(10_000, "changed"), waits(10, "changed")]).toEqual([5_000, 1_000]);
});
