// What a history shows: latency as it was measured, transfer as what flowed between two points.
import type { FleetSample } from "../api";
import type { Count } from "../figures";

/** One point in time; null is what is not known. */
export type Point = {
  /** Milliseconds since 1970. */
  at: number;
  latency: number | null;
  /** Bytes per second, as the server received them. */
  received: number | null;
  /** Bytes per second, as the server sent them. */
  sent: number | null;
};

/** How many points may be missing before a line breaks. */
const PATIENCE = 3;

/** What flowed between two counts. A count below the one before began anew from zero. */
function flowed(before: Count, after: Count): bigint {
  const [from, to] = [BigInt(before), BigInt(after)];
  return to < from ? to : to - from;
}

/** Bytes that flowed while these samples were taken. */
export function grown(samples: FleetSample[], counter: "transfer_rx" | "transfer_tx"): bigint {
  const steps = samples.slice(1).map((sample, at) => flowed(samples[at]?.[counter] ?? 0, sample[counter]));
  return steps.reduce((sum, step) => sum + step, 0n);
}

/** Points that can be drawn; where nothing was reported for long, a point without values breaks the line. */
export function points(samples: FleetSample[], resolution: number): Point[] {
  const drawn: Point[] = [];
  let before: FleetSample | undefined;
  for (const sample of samples) {
    const at = Date.parse(sample.recorded_at);
    const point: Point = { at, latency: sample.ping_ms, received: null, sent: null };
    if (before) {
      const since = Date.parse(before.recorded_at);
      const seconds = (at - since) / 1000;
      if (seconds > PATIENCE * resolution + 300) {
        drawn.push({ at: since + 1000, latency: null, received: null, sent: null });
      } else if (seconds > 0) {
        point.received = Number(flowed(before.transfer_rx, sample.transfer_rx)) / seconds;
        point.sent = Number(flowed(before.transfer_tx, sample.transfer_tx)) / seconds;
      }
    }
    drawn.push(point);
    before = sample;
  }
  return drawn;
}

/** The least, the mean and the most of the values that are known; nothing where none is. */
export function summary(values: (number | null)[]): { least: number; mean: number; most: number } | null {
  const known = values.filter((value): value is number => value !== null);
  if (known.length === 0) return null;
  return {
    least: known.reduce((a, b) => Math.min(a, b)),
    mean: known.reduce((a, b) => a + b, 0) / known.length,
    most: known.reduce((a, b) => Math.max(a, b)),
  };
}
