// The console's pages of tickets.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { consoleRoot } from "../frame/roots";
import { readFilter } from "./filter";

const list = createRoute({
  getParentRoute: () => consoleRoot,
  path: "/tickets",
  validateSearch: readFilter,
  component: lazyRouteComponent(() => import("./Tickets"), "Tickets"),
});

const one = createRoute({
  getParentRoute: () => consoleRoot,
  path: "/tickets/$id",
  component: lazyRouteComponent(() => import("./Ticket"), "Ticket"),
});

/** The list, and one ticket. */
export const ticketRoutes = [list, one] as const;
