// Who else is at a ticket: each page says so itself, and hears of the others along with everything that happens.
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { type DeskPresent, postTicketsByIdPresence } from "../api";
import { answer, queries } from "../frame/queries";
import { presentKey } from "../live/present";
import { useMe } from "../session/session";

type Doing = "looking" | "typing";

/** Milliseconds between two words that one is there: the server forgets after thirty seconds. */
const BEAT = 20_000;
/** Milliseconds without a key after which nobody is writing any more. */
const PAUSE = 6_000;

const present = (ticket: number, doing: () => Doing) =>
  queryOptions({
    queryKey: presentKey(ticket),
    queryFn: async (): Promise<DeskPresent[]> =>
      (await answer(postTicketsByIdPresence({ path: { id: ticket }, body: { state: doing() } }))).users,
    refetchInterval: BEAT,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });

/** Says that one has left, even when the page is about to go. */
const leave = (ticket: number) =>
  void fetch(`/api/tickets/${ticket}/presence`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ state: "left" }),
    keepalive: true,
  }).catch(() => undefined);

/** Says that one is at a ticket as long as the page is seen; answers the others, and how to say that one writes. */
export function usePresence(ticket: number) {
  const me = useMe();
  const [doing, setDoing] = useState<Doing>("looking");
  const now = useRef(doing);
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { data } = useQuery(present(ticket, () => now.current));
  useEffect(() => {
    now.current = doing;
    void queries.invalidateQueries({ queryKey: presentKey(ticket) });
  }, [ticket, doing]);
  useEffect(() => {
    // The library asks again by itself when the page is seen again.
    const look = () => document.visibilityState === "hidden" && leave(ticket);
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      clearTimeout(pause.current);
      leave(ticket);
    };
  }, [ticket]);
  const rest = () => {
    clearTimeout(pause.current);
    setDoing("looking");
  };
  const write = () => {
    setDoing("typing");
    clearTimeout(pause.current);
    pause.current = setTimeout(rest, PAUSE);
  };
  return { others: (data ?? []).filter((one) => one.id !== me.id), write, rest };
}
