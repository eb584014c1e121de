// What somebody has begun to write, kept in this tab until it is sent.
import { useSessionStorage } from "@mantine/hooks";

import { useMe } from "../session/session";

/** What one writes: a reply, which the customer reads, or a note, which only staff do. */
export type Kind = "reply" | "note";

function useKept<T extends string>(ticket: number, what: string, defaultValue: T) {
  // Whoever signs in next in this tab finds nothing of it.
  const me = useMe();
  return useSessionStorage<T>({
    key: `gatehouse-${what}-${me.id}-${ticket}`,
    defaultValue,
    getInitialValueInEffect: false,
    serialize: (text) => text,
    deserialize: (text) => (text ?? defaultValue) as T,
  });
}

/** A draft for a ticket; empty once it is sent. */
export const useDraft = (ticket: number) => useKept<string>(ticket, "draft", "");

/** What that draft is: a note that was begun must not come back as a reply. */
export const useKind = (ticket: number) => useKept<Kind>(ticket, "kind", "reply");
