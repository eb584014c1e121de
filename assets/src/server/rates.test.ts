// Rates between points.
import { expect, test } from "vitest";

import { grown, points, summary } from "./rates";

const at = (minute: number, rx: number | bigint, ping: number | null = 10) => ({
  server_id: "la",
  ping_ms: ping,
  transfer_rx: rx as number,
  transfer_tx: 0,
  recorded_at: new Date(Date.UTC(2026, 4, 6, 12, minute)).toISOString(),
});

test("a rate is what flowed between two points", () => {
  const drawn = points([at(0, 1000), at(1, 7000)], 60);
  expect(drawn.map((point) => point.received)).toEqual([null, 100]);
});

test("counts beyond 2^53 keep their digits", () => {
  const drawn = points([at(0, 2n ** 63n), at(1, 2n ** 63n + 60n)], 60);
  expect(drawn[1]?.received).toBe(1);
});

test("a counter that began anew counts from zero", () => {
  expect(points([at(0, 9000), at(1, 600)], 60)[1]?.received).toBe(10);
});

test("what flowed in all is exact, whatever began anew on the way", () => {
  const samples = [at(0, 2n ** 63n), at(1, 2n ** 63n + 3n), at(2, 4), at(3, 10)];
  expect(grown(samples, "transfer_rx")).toBe(3n + 4n + 6n);
  expect(grown([], "transfer_rx")).toBe(0n);
});

test("a line breaks where nothing was reported for long", () => {
  const drawn = points([at(0, 0), at(30, 6000)], 60);
  expect(drawn.map((point) => point.latency)).toEqual([10, null, 10]);
  expect(drawn.at(-1)?.received).toBeNull();
});

test("what is unknown does not count", () => {
  expect(summary([null, 1, 3])).toEqual({ least: 1, mean: 2, most: 3 });
  expect(summary([null])).toBeNull();
});
