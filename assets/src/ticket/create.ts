// A ticket that is to be filed, with or without files.
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { type DeskNewTicket, type DeskOneTicket, postTickets } from "../api";
import { answer, queries } from "../frame/queries";
import { upload } from "../frame/upload";

/** Writes a new ticket as a form: lists are repeated, what is left out is left out. */
function asForm(ticket: DeskNewTicket, files: File[]): FormData {
  const form = new FormData();
  const { tags, metadata: _, ...fields } = ticket;
  for (const [name, value] of Object.entries(fields)) {
    if (value !== null && value !== undefined) form.set(name, String(value));
  }
  for (const tag of tags ?? []) form.append("tags[]", String(tag));
  for (const file of files) form.append("attachments[]", file);
  return form;
}

/** Files a ticket; `share` tells how much of its files has been sent, 0 to 1. */
export function useCreate() {
  const [share, setShare] = useState(0);
  const create = useMutation({
    mutationFn: async ({ ticket, files }: { ticket: DeskNewTicket; files: File[] }) => {
      setShare(0);
      const filed =
        files.length === 0
          ? answer(postTickets({ body: ticket }))
          : upload<DeskOneTicket>("/api/tickets", asForm(ticket, files), setShare);
      return ((await filed) as DeskOneTicket).ticket;
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["tickets"] }),
    meta: { quiet: true },
  });
  return { create, share };
}
