// Clocks that go on while one looks.
import { expect, test } from "vitest";

import type { DeskTicketClock } from "../api";
import { after, turns } from "./sla";

const MINUTE = 60_000;

/** A clock that was told at noon: ten minutes of an hour are used. */
function clock(cause: string, more: Partial<DeskTicketClock> = {}): DeskTicketClock {
  const by = null;
  return {
    metric: "resolution",
    target_ms: 60 * MINUTE,
    used_ms: 10 * MINUTE,
    paused_ms: 0,
    due_at: "2026-05-06T12:50:00Z",
    breached_at: null,
    is_open: true,
    turns_at: null,
    spans: [{ cause, by, from: "2026-05-06T11:50:00Z", to: "2026-05-06T12:00:00Z", open_ms: 10 * MINUTE }],
    ...more,
  };
}

test("a clock that runs uses its time up", () => {
  const later = after(clock("running"), 5 * MINUTE);
  expect([later.used_ms, later.paused_ms]).toEqual([15 * MINUTE, 0]);
  expect(later.spans.at(-1)).toMatchObject({ to: "2026-05-06T12:05:00.000Z", open_ms: 15 * MINUTE });
});

test("a clock that is paused uses nothing, and its pause grows", () => {
  const later = after(clock("pending"), 5 * MINUTE);
  expect([later.used_ms, later.paused_ms]).toEqual([10 * MINUTE, 5 * MINUTE]);
});

test("a clock counts until its hours end, and not before they begin", () => {
  const turns_at = "2026-05-06T12:02:00Z";
  expect(turns(clock("running", { turns_at }))).toBe(2 * MINUTE);
  expect(after(clock("running", { turns_at }), 5 * MINUTE).used_ms).toBe(12 * MINUTE);
  expect(after(clock("running", { turns_at, is_open: false }), 5 * MINUTE).used_ms).toBe(10 * MINUTE);
});

test("a clock that has come to its end stands still", () => {
  for (const cause of ["answered", "finished"]) {
    expect(after(clock(cause), 5 * MINUTE)).toEqual(clock(cause));
  }
});

test("a clock does not go back when the reader's own does", () => {
  expect(after(clock("running"), -MINUTE).used_ms).toBe(10 * MINUTE);
});
