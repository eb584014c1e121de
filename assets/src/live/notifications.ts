// What happened on tickets that one has, watches or was mentioned on, and that one has read it.
import { queryOptions, useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";

import { type DeskNotifications, getNotifications, postNotificationsRead } from "../api";
import { answer, queries } from "../frame/queries";

/** The newest ones, and how many are unread. */
export const notifications = queryOptions({
  queryKey: ["notifications"],
  queryFn: () => answer(getNotifications({ query: { limit: 20 } })),
});

/** Those among the newest that one has not read of a ticket. */
const unreadOf = (all: DeskNotifications | undefined, ticket: number): number[] =>
  (all?.notifications ?? []).filter((one) => !one.read_at && one.ticket.id === ticket).map((one) => one.id);

/** Says that some were read, or everything up to one. */
export const useRead = () =>
  useMutation({
    mutationFn: (which: { ids: number[] } | { up_to: number }) =>
      answer(postNotificationsRead({ body: which })),
    onSuccess: () => queries.invalidateQueries({ queryKey: notifications.queryKey }),
  });

/** Says that what had happened on a ticket was read, once somebody opens it. */
export function useSeen(ticket: number): void {
  const { mutate } = useRead();
  const isKnown = useQuery(notifications).isSuccess;
  useEffect(() => {
    const ids = isKnown ? unreadOf(queries.getQueryData(notifications.queryKey), ticket) : [];
    if (ids.length > 0) mutate({ ids });
  }, [isKnown, ticket, mutate]);
}
