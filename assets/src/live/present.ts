// Under which key pages keep who is at a ticket.

/** Who is at a ticket, oneself too. */
export const presentKey = (ticket: number) => ["presence", ticket] as const;
