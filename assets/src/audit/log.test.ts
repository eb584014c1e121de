// What of the audit log is found.
import { expect, test } from "vitest";

import { isOne, isPast } from "./log";

const entry = {
  id: 1,
  actor: "ada@example.org",
  action: "ticket_merged",
  target: "SUPP-1 into SUPP-2",
  ip: null,
  created_at: "2026-03-02T12:00:00Z",
};

test("who and what are found in any case, and an action in words", () => {
  expect(isOne(entry, { who: "ADA@" })).toBe(true);
  expect(isOne(entry, { who: "bob" })).toBe(false);
  expect(isOne(entry, { what: "ticket merged" })).toBe(true);
  expect(isOne(entry, { what: "supp-2" })).toBe(true);
  expect(isOne({ ...entry, actor: null }, { who: "ada" })).toBe(false);
});

test("both days count as a whole", () => {
  expect(isOne(entry, { from: "2026-03-02", to: "2026-03-02" })).toBe(true);
  expect(isOne(entry, { from: "2026-03-04" })).toBe(false);
  expect(isOne(entry, { to: "2026-02-28" })).toBe(false);
});

test("nothing older is looked for than the first day", () => {
  expect(isPast(entry, { from: "2026-03-04" })).toBe(true);
  expect(isPast(entry, { from: "2026-02-28" })).toBe(false);
  expect(isPast(entry, {})).toBe(false);
});
