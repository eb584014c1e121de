// The console's pages of servers.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { consoleRoot } from "../frame/roots";

const list = createRoute({
  getParentRoute: () => consoleRoot,
  path: "/servers",
  component: lazyRouteComponent(() => import("./Servers"), "Servers"),
});

/** The list of servers. */
export const serverRoutes = [list] as const;
