// Keeps pages true while one looks at them: what has changed is asked again.
import type { QueryKey } from "@tanstack/react-query";
import { useEffect } from "react";

import type { DeskPresent } from "../api";
import { queries } from "../frame/queries";
import { presentKey } from "./present";
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
      if (happened.kind === "presence") {
        const { ticket_id: ticket, users } = happened.data as { ticket_id: number; users: DeskPresent[] };
        queries.setQueryData(presentKey(ticket), users);
        return;
      }
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
