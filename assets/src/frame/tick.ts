// What is shown of a time changes by itself: how long ago it was, and what follows from that.
import { useInterval } from "@mantine/hooks";
import { useReducer } from "react";

/** Milliseconds. */
const TICK = 30_000;

/** Draws a component anew every half minute; answers a number that is another one each time. */
export function useTick(): number {
  const [count, tick] = useReducer((before: number) => before + 1, 0);
  useInterval(tick, TICK, { autoInvoke: true });
  return count;
}
