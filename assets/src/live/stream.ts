// One stream of what happens for all tabs of a browser: it allows few connections to one host, and a stream holds one for good.
// The tab that has the lock reads it and tells the others.
import { TOLD } from "./kinds";

/** Something that happened, as `GET /api/events` tells it. */
export interface Happened {
  kind: string;
  data: unknown;
}

type Hear = (happened: Happened) => void;

const NAME = "gatehouse-events";
/** Milliseconds until a stream that was refused is tried again. */
const PAUSE = 15_000;

/**
 * Reads the stream; the browser itself goes on where it broke off, but not after a refusal. Each time that it breaks off is
 * told as `broken`, and a refusal as `refused`.
 */
function read(hear: Hear, end: AbortSignal): void {
  if (end.aborted) return;
  const source = new EventSource("/api/events");
  const close = () => source.close();
  end.addEventListener("abort", close, { once: true });
  for (const kind of TOLD) {
    source.addEventListener(kind, (event: MessageEvent<string>) =>
      hear({ kind, data: JSON.parse(event.data) as unknown }),
    );
  }
  source.addEventListener("error", () => {
    const isRefused = source.readyState === EventSource.CLOSED;
    if (end.aborted) return;
    hear({ kind: isRefused ? "refused" : "broken", data: null });
    if (!isRefused) return;
    end.removeEventListener("abort", close);
    setTimeout(() => read(hear, end), PAUSE);
  });
}

/**
 * Hears what happens until the answer is called. `ready` is heard where something may have been missed before it: not when the
 * stream comes up with the page itself, at the first try.
 */
export function listen(hear: Hear): () => void {
  const end = new AbortController();
  const tabs = new BroadcastChannel(NAME);
  tabs.onmessage = (event: MessageEvent<Happened>) => hear(event.data);
  const ended = new Promise<void>((resolve) => end.signal.addEventListener("abort", () => resolve()));
  const lead = (hasWaited: boolean, tell: Hear) => {
    let isFirst = !hasWaited;
    read((happened) => {
      if (end.signal.aborted) return;
      if (!isFirst || happened.kind !== "ready") hear(happened);
      if (["ready", "broken", "refused"].includes(happened.kind)) isFirst = false;
      tell(happened);
    }, end.signal);
    return ended;
  };
  if ("locks" in navigator) {
    const tell: Hear = (happened) => tabs.postMessage(happened);
    const { signal } = end;
    const held = navigator.locks.request(NAME, { ifAvailable: true }, async (lock) => {
      if (lock && !signal.aborted) await lead(false, tell);
      return lock !== null;
    });
    const next = async () =>
      (await held) || navigator.locks.request(NAME, { signal }, () => lead(true, tell));
    // Whoever ends while waiting for the lock is told so.
    next().catch(() => undefined);
  } else {
    // Without TLS there are no locks: then each tab reads for itself.
    void lead(false, () => undefined);
  }
  return () => {
    end.abort();
    tabs.onmessage = null;
    tabs.close();
  };
}
