// Asking a question again once its answer is stale, no more often than it can bear: reports come in all the time, and some
// answers are megabytes.
import type { Query, QueryClient } from "@tanstack/react-query";

/** Why a question is asked again: somebody changed something, or a server has only reported. */
export type Cause = "changed" | "measured";

/** Milliseconds from an answer until the question may be asked again; without one it is asked at once. */
export type Pace = (data: unknown, cause: Cause) => number;

declare module "@tanstack/react-query" {
  interface Register {
    queryMeta: { pace?: Pace };
  }
}

/** Milliseconds until it is looked again whether an answer that is on its way has come. */
const LOOK = 500;

/** Asks again what pages show; what they do not show is asked when they do. */
export class Again {
  readonly #queries: QueryClient;
  readonly #waiting = new Map<string, { pace: number; timer: ReturnType<typeof setTimeout> }>();

  constructor(queries: QueryClient) {
    this.#queries = queries;
  }

  /** Asks a question again, now or as soon as its pace allows: once for all that comes together until then. */
  ask(query: Query, cause: Cause): void {
    const pace = query.meta?.pace?.(query.state.data, cause) ?? 0;
    if (pace === 0 || !query.isActive()) return this.#now(query);
    query.invalidate();
    const known = this.#waiting.get(query.queryHash);
    if (known && known.pace <= pace) return undefined;
    clearTimeout(known?.timer);
    return this.#wait(query, pace);
  }

  /** Forgets what waits. */
  end(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
  }

  #now(query: Query): void {
    this.#waiting.delete(query.queryHash);
    void this.#queries.invalidateQueries({ queryKey: query.queryKey, exact: true });
  }

  #wait(query: Query, pace: number): void {
    const { fetchStatus, dataUpdatedAt } = query.state;
    // An answer that is on its way may be older than what has happened, and begun anew with each event none would ever come.
    const rest = fetchStatus === "fetching" ? LOOK : dataUpdatedAt + pace - Date.now();
    // Somebody else may ask meanwhile: then it waits anew.
    const timer = setTimeout(() => (rest > 0 ? this.#wait(query, pace) : this.#now(query)), rest);
    this.#waiting.set(query.queryHash, { pace, timer });
  }
}
