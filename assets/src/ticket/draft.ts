// What somebody has begun to write, kept in this tab until it is sent.
import { useSessionStorage } from "@mantine/hooks";

/** A draft for a ticket; empty once it is sent. */
export const useDraft = (ticket: number) =>
  useSessionStorage<string>({
    key: `gatehouse-draft-${ticket}`,
    defaultValue: "",
    getInitialValueInEffect: false,
    serialize: (text) => text,
    deserialize: (text) => text ?? "",
  });
