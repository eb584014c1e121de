// One ticket, asked for, written to and changed.
import { queryOptions, useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { type DeskOneTicket, type DeskTicket, getTicketsById, postTicketsByIdMessages } from "../api";
import { answer, queries } from "../frame/queries";
import { upload } from "../frame/upload";
import { ask, type Change } from "./change";

/** The question for a ticket. */
export const ticket = (id: number) =>
  queryOptions({
    queryKey: ["ticket", id],
    queryFn: async (): Promise<DeskTicket> =>
      (await (answer(getTicketsById({ path: { id } })) as Promise<DeskOneTicket>)).ticket,
  });

/** Asks again for a ticket, and for the lists that it is in. */
export const refresh = (id: number) =>
  Promise.all([
    queries.invalidateQueries({ queryKey: ["ticket", id] }),
    queries.invalidateQueries({ queryKey: ["tickets"] }),
  ]);

/** Changes a ticket, and asks for it again. */
export function useChange(id: number) {
  return useMutation({
    mutationFn: (change: Change) => ask(id, change),
    onSuccess: () => refresh(id),
  });
}

/** What is said to a ticket. */
export interface Message {
  body: string;
  note: boolean;
  files: File[];
}

/** Says something to a ticket; `share` tells how much of its files has been sent, 0 to 1. */
export function useMessage(id: number) {
  const [share, setShare] = useState(0);
  const message = useMutation({
    mutationFn: ({ body, note, files }: Message): Promise<unknown> => {
      const type = note ? "note" : "reply";
      if (files.length === 0) return answer(postTicketsByIdMessages({ path: { id }, body: { body, type } }));
      const form = new FormData();
      form.set("body", body);
      form.set("type", type);
      for (const file of files) form.append("attachments[]", file);
      setShare(0);
      return upload(`/api/tickets/${id}/messages`, form, setShare);
    },
    onSuccess: () => refresh(id),
  });
  return { message, share };
}

/** Gives any ticket to somebody. */
export function useAssign() {
  return useMutation({
    mutationFn: ({ id, user }: { id: number; user: number }) => ask(id, { kind: "assign", user }),
    onSuccess: (_, { id }) => refresh(id),
  });
}
