// How often a question is asked again, whatever happens.
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Again, type Pace } from "./again";

/** Milliseconds: few where somebody changed something, many where something was measured. */
const pace: Pace = (_, cause) => ({ changed: 1_000, measured: 60_000 })[cause];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A question that a page shows, and how often it was asked; an answer takes so many milliseconds. */
async function shown(meta: { pace?: Pace }, takes = 1) {
  const queries = new QueryClient();
  const asked = vi.fn(
    () => new Promise((resolve) => setTimeout(() => resolve(asked.mock.calls.length), takes)),
  );
  const observer = new QueryObserver(queries, { queryKey: ["list"], queryFn: asked, meta });
  const leave = observer.subscribe(() => undefined);
  await vi.advanceTimersByTimeAsync(takes);
  const query = queries.getQueryCache().find({ queryKey: ["list"] });
  if (!query) throw new Error("nothing was asked");
  const times = () => asked.mock.calls.length;
  expect(times()).toBe(1);
  return { again: new Again(queries), query, times, leave };
}

test("many reports are asked about once in the pace of a list, and none is forgotten", async () => {
  const { again, query, times } = await shown({ pace });
  for (let minute = 0; minute < 3; minute += 1) {
    for (let report = 0; report < 60; report += 1) {
      again.ask(query, "measured");
      await vi.advanceTimersByTimeAsync(1_000);
    }
  }
  expect(times()).toBe(3);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(times(), "what was told after the last answer is asked about, and then nothing more").toBe(4);
});

test("what somebody changed does not wait for as long as what was measured", async () => {
  const { again, query, times } = await shown({ pace });
  again.ask(query, "measured");
  again.ask(query, "changed");
  await vi.advanceTimersByTimeAsync(1_100);
  expect(times()).toBe(2);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(times(), "one answer serves both").toBe(2);
});

test("after a long time a question is asked at once, and without a pace it always is", async () => {
  const { again, query, times } = await shown({ pace });
  await vi.advanceTimersByTimeAsync(60_000);
  again.ask(query, "measured");
  await vi.advanceTimersByTimeAsync(0);
  expect(times()).toBe(2);
  const quick = await shown({});
  quick.again.ask(quick.query, "measured");
  await vi.advanceTimersByTimeAsync(0);
  expect(quick.times()).toBe(2);
});

test("an answer that is on its way is waited for and not begun anew", async () => {
  const { again, query, times } = await shown({ pace }, 5_000);
  void query.fetch();
  expect(times()).toBe(2);
  for (let second = 0; second < 4; second += 1) {
    again.ask(query, "changed");
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(times()).toBe(2);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(times(), "what happened meanwhile may not be in it").toBe(3);
});

test("what no page shows is not asked before one does", async () => {
  const { again, query, times, leave } = await shown({ pace });
  leave();
  again.ask(query, "changed");
  await vi.advanceTimersByTimeAsync(600_000);
  expect(times()).toBe(1);
  expect(query.state.isInvalidated).toBe(true);
});

test("nothing is asked after the end", async () => {
  const { again, query, times } = await shown({ pace });
  again.ask(query, "changed");
  again.end();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(times()).toBe(1);
});
