// What the server is asked for, and where it goes on.
import { expect, test } from "vitest";

import { asked, cursorOf, exported } from "./log";

const HOUR = 3_600_000;
const at = (time: string | undefined) => Date.parse(time ?? "");

test("a whole address is who did it, and anything less is words", () => {
  expect(asked({ who: " ada@example.org " })).toEqual({ actor: "ada@example.org" });
  expect(asked({ who: "ada@", what: "ticket merged" })).toEqual({ search: "ada@ ticket merged" });
  expect(asked({ who: "ada@example.org", what: "supp-2" })).toEqual({
    actor: "ada@example.org",
    search: "supp-2",
  });
  expect(asked({})).toEqual({});
  expect(asked({ who: " " })).toEqual({});
});

test("no more words are sent than the server takes", () => {
  expect(asked({ who: "a".repeat(200), what: "b".repeat(200) }).search).toHaveLength(255);
});

test("both days count as a whole, from midnight where the reader is", () => {
  const { from, to } = asked({ from: "2026-01-14", to: "2026-01-14" });
  expect(at(from)).toBe(new Date(2026, 0, 14).getTime());
  expect(at(to) - at(from)).toBe(24 * HOUR);
});

test("an end before the beginning leaves nothing, and no mistake", () => {
  const { from, to } = asked({ from: "2026-03-04", to: "2026-02-28" });
  expect(to).toBe(from);
});

test("days that the server knows nothing of are moved to those it knows", () => {
  expect(asked({ from: "0002-01-01", to: "9999-12-31" })).toEqual({
    from: "1970-01-01T00:00:00.000Z",
    to: expect.stringMatching(/^9999-12-31T/) as string,
  });
});

test("the export is of what is looked for", () => {
  expect(exported({})).toBe("/api/audit/export");
  expect(exported({ who: "ada@example.org", what: "a & b" })).toBe(
    "/api/audit/export?actor=ada%40example.org&search=a+%26+b",
  );
});

test("the log goes on where the header says", () => {
  expect(cursorOf('</api/audit?search=a&cursor=512>; rel="next"')).toBe(512);
  expect(cursorOf('</api/audit?cursor=7>; rel="next"')).toBe(7);
  expect(cursorOf(null)).toBeUndefined();
  expect(cursorOf('</api/audit?search=xcursor=9>; rel="next"')).toBeUndefined();
});
