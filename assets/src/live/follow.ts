// Keeps pages true while one looks at them: what has changed is asked again.
import type { Query } from "@tanstack/react-query";
import { useEffect } from "react";

import type { DeskPresent } from "../api";
import { queries } from "../frame/queries";
import { Again } from "./again";
import { presentKey } from "./present";
import { isAbout, type Stale, stale } from "./stale";
import { type Happened, listen } from "./stream";

/** Milliseconds in which changes gather: one act may be several events. */
const GATHER = 200;

/** Follows along as long as the component is there. */
export function useLive(): void {
  useEffect(() => {
    const again = new Again(queries);
    const waiting = new Map<string, Stale & Happened>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = () => {
      timer = undefined;
      for (const { kind, queryKey, servers } of waiting.values()) {
        const cause = kind === "server.measured" ? "measured" : "changed";
        const predicate = (query: Query) => isAbout(query, servers);
        for (const query of queries.getQueryCache().findAll({ queryKey, predicate })) again.ask(query, cause);
      }
      waiting.clear();
    };
    const stop = listen((happened) => {
      if (happened.kind === "presence") {
        const { ticket_id: ticket, users } = happened.data as { ticket_id: number; users: DeskPresent[] };
        queries.setQueryData(presentKey(ticket), users);
        return;
      }
      for (const one of stale(happened)) waiting.set(JSON.stringify(one), { ...one, ...happened });
      if (waiting.size > 0) timer ??= setTimeout(ask, GATHER);
    });
    return () => {
      stop();
      clearTimeout(timer);
      again.end();
    };
  }, []);
}
