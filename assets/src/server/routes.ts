// The console's pages of servers, and the portal's page of how they are.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { consoleRoot, portalRoot, publicRoot } from "../frame/roots";

const list = createRoute({
  getParentRoute: () => consoleRoot,
  path: "/servers",
  component: lazyRouteComponent(() => import("./Servers"), "Servers"),
});

const TABS = ["health", "devices", "settings"] as const;

/** A part of a server's page. */
export type Tab = (typeof TABS)[number];

const one = createRoute({
  getParentRoute: () => consoleRoot,
  path: "/servers/$id",
  validateSearch: (search): { tab?: Tab } => {
    const tab = TABS.find((one) => one === search["tab"] && one !== "health");
    return tab ? { tab } : {};
  },
  component: lazyRouteComponent(() => import("./Server"), "Server"),
});

const status = createRoute({
  getParentRoute: () => portalRoot,
  path: "/status",
  component: lazyRouteComponent(() => import("./Status"), "Status"),
});

const publicStatus = createRoute({
  getParentRoute: () => publicRoot,
  path: "/status",
  component: lazyRouteComponent(() => import("./Status"), "PublicStatus"),
});

/** The list of servers, and one server. */
export const serverRoutes = [list, one] as const;

/** How the servers are, for customers. */
export const serverPortalRoutes = [status] as const;

/** How servers are, for everybody. */
export const serverPublicRoutes = [publicStatus] as const;
