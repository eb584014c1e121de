// What happened on tickets that one has, watches or was mentioned on, and that one has read it.
import { infiniteQueryOptions, useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useEffect } from "react";

import { getNotifications, postNotificationsRead } from "../api";
import { answer, queries } from "../frame/queries";

/** What happened, newest first, as far back as one has looked, and how many are unread in all. */
export const notifications = infiniteQueryOptions({
  queryKey: ["notifications"],
  queryFn: ({ pageParam }) => answer(getNotifications({ query: { limit: 20, cursor: pageParam } })),
  initialPageParam: undefined as number | undefined,
  getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
});

/** Those that one has not read of a ticket; of all that are unread, the newest hundred count. */
async function unreadOf(ticket: number): Promise<number[]> {
  const unread = await answer(getNotifications({ query: { unread: true, limit: 100 } }));
  return unread.notifications.filter((one) => one.ticket.id === ticket).map((one) => one.id);
}

const readAnew = () => queries.invalidateQueries({ queryKey: notifications.queryKey });

/** Says that some were read, or everything up to one. */
export const useRead = () =>
  useMutation({
    mutationFn: (which: { ids: number[] } | { up_to: number }) =>
      answer(postNotificationsRead({ body: which })),
    onSuccess: readAnew,
  });

/** Says that what had happened on a ticket was read, once somebody opens it. */
export function useSeen(ticket: number): void {
  const { mutate } = useMutation({
    mutationFn: async (seen: number) => {
      const ids = await unreadOf(seen);
      if (ids.length > 0) await answer(postNotificationsRead({ body: { ids } }));
      return ids.length;
    },
    onSuccess: (count) => (count > 0 ? readAnew() : undefined),
  });
  // Not whether there are any now: what comes while the ticket is open has not been seen yet.
  const isKnown = useInfiniteQuery(notifications).isSuccess;
  useEffect(() => {
    const unread = isKnown ? queries.getQueryData(notifications.queryKey)?.pages[0]?.unread : 0;
    if (unread) mutate(ticket);
  }, [isKnown, ticket, mutate]);
}
