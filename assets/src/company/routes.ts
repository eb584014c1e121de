// The console's page of companies.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { adminRoot } from "../frame/roots";

const list = createRoute({
  getParentRoute: () => adminRoot,
  path: "/companies",
  component: lazyRouteComponent(() => import("./Companies"), "Companies"),
});

/** The list of companies. */
export const companyRoutes = [list] as const;
