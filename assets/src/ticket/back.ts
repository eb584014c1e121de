// The way back from a ticket to the list: its entry in the browser's history keeps which list led to it.
import { useLocation } from "@tanstack/react-router";

import type { Filter } from "./filter";

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** The list of tickets that somebody came from. */
    list?: Filter;
  }
}

const ALL: Filter = {};

/** The list that led here; all tickets where none did. */
export const useList = (): Filter => useLocation({ select: ({ state }) => state.list ?? ALL });
