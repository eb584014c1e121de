// One stream of what happens for all tabs of a browser: it allows few connections to one host, and a stream holds one for good.
// The tab that has the lock reads it and tells the others.

/** Something that happened, as `GET /api/events` tells it. */
export interface Happened {
  kind: string;
  data: unknown;
}

type Hear = (happened: Happened) => void;

const NAME = "gatehouse-events";
/** Milliseconds until a stream that was refused is tried again. */
const PAUSE = 15_000;

const CHANGES = {
  ticket: ["created", "updated", "assigned", "rated", "merged", "unmerged", "deleted", "restored", "gone"],
  comment: ["created", "updated"],
  sla: ["breached"],
  server: ["created", "updated", "deleted", "online", "offline"],
  peer: ["created", "updated", "deleted"],
  user: ["created", "updated", "deleted"],
};

const KINDS = [
  "ready",
  "reset",
  "notification",
  "presence",
  ...Object.entries(CHANGES).flatMap(([noun, verbs]) => verbs.map((verb) => `${noun}.${verb}`)),
];

/** Reads the stream; the browser itself goes on where it broke off, but not after a refusal. */
function read(hear: Hear, end: AbortSignal): void {
  if (end.aborted) return;
  const source = new EventSource("/api/events");
  const close = () => source.close();
  end.addEventListener("abort", close, { once: true });
  for (const kind of KINDS) {
    source.addEventListener(kind, (event: MessageEvent<string>) =>
      hear({ kind, data: JSON.parse(event.data) as unknown }),
    );
  }
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED || end.aborted) return;
    end.removeEventListener("abort", close);
    hear({ kind: "refused", data: null });
    setTimeout(() => read(hear, end), PAUSE);
  });
}

/** Hears what happens until the answer is called. */
export function listen(hear: Hear): () => void {
  const end = new AbortController();
  const tabs = new BroadcastChannel(NAME);
  tabs.onmessage = (event: MessageEvent<Happened>) => hear(event.data);
  const lead = () =>
    read((happened) => {
      if (end.signal.aborted) return;
      hear(happened);
      tabs.postMessage(happened);
    }, end.signal);
  const ended = new Promise<void>((resolve) => end.signal.addEventListener("abort", () => resolve()));
  // Without TLS there are no locks: then each tab reads for itself.
  if ("locks" in navigator) {
    const held = navigator.locks.request(NAME, { signal: end.signal }, () => {
      lead();
      return ended;
    });
    // Whoever ends while waiting for the lock is told so.
    held.catch(() => undefined);
  } else {
    lead();
  }
  return () => {
    end.abort();
    tabs.onmessage = null;
    tabs.close();
  };
}
