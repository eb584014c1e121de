// Mailboxes that mails are taken from, asked for.
import { queryOptions } from "@tanstack/react-query";

import { type DeskSecurityWord, getMailboxes } from "../api";
import { answer } from "../frame/queries";

/** All that admins added, oldest first. */
export const mailboxes = queryOptions({
  queryKey: ["mailboxes"],
  queryFn: async () => (await answer(getMailboxes())).mailboxes,
});

/** The ways to a mail server, and the port where it usually is for each. */
export const PORTS: Record<DeskSecurityWord, number> = { tls: 993, starttls: 143, none: 143 };
