// The pages of tickets: the console's, and the portal's.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { consoleRoot, portalRoot } from "../frame/roots";
import { queries } from "../frame/queries";
import { readFilter } from "./filter";
import { list as tickets } from "./list";

const list = createRoute({
  getParentRoute: () => consoleRoot,
  path: "/tickets",
  validateSearch: readFilter,
  // Asked while the page itself is still on its way, and when somebody points at a link to it.
  beforeLoad: ({ search }) => void queries.prefetchQuery(tickets(search)),
  component: lazyRouteComponent(() => import("./Tickets"), "Tickets"),
});

const add = createRoute({
  getParentRoute: () => consoleRoot,
  path: "/tickets/new",
  component: lazyRouteComponent(() => import("./New"), "New"),
});

const one = createRoute({
  getParentRoute: () => consoleRoot,
  path: "/tickets/$id",
  component: lazyRouteComponent(() => import("./Ticket"), "Ticket"),
});

/** The list, the form, and one ticket. */
export const ticketRoutes = [list, add, one] as const;

const ownList = createRoute({
  getParentRoute: () => portalRoot,
  path: "/tickets",
  component: lazyRouteComponent(() => import("./own/OwnTickets"), "OwnTickets"),
});

const ownAdd = createRoute({
  getParentRoute: () => portalRoot,
  path: "/tickets/new",
  component: lazyRouteComponent(() => import("./own/NewOwnTicket"), "NewOwnTicket"),
});

const ownOne = createRoute({
  getParentRoute: () => portalRoot,
  path: "/tickets/$id",
  component: lazyRouteComponent(() => import("./own/OwnTicket"), "OwnTicket"),
});

/** One's own tickets, in the portal. */
export const portalTicketRoutes = [ownList, ownAdd, ownOne] as const;
