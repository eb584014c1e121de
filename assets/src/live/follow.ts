// Keeps pages true while one looks at them: what has changed is asked again.
import type { QueryKey } from "@tanstack/react-query";
import { useEffect } from "react";

import { queries } from "../frame/queries";
import { stale } from "./stale";
import { listen } from "./stream";

/** Milliseconds in which changes gather: one act may be several events. */
const GATHER = 200;

/** Follows along as long as the component is there. */
export function useLive(): void {
  useEffect(() => {
    const waiting = new Map<string, QueryKey>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isFirst = true;
    const ask = () => {
      timer = undefined;
      for (const queryKey of waiting.values()) void queries.invalidateQueries({ queryKey });
      waiting.clear();
    };
    const stop = listen((happened) => {
      const missed = happened.kind === "reset" || (happened.kind === "ready" && !isFirst);
      if (happened.kind === "ready") isFirst = false;
      // An empty key is the beginning of every key.
      for (const key of missed ? [[]] : stale(happened)) waiting.set(JSON.stringify(key), key);
      if (waiting.size > 0) timer ??= setTimeout(ask, GATHER);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);
}
