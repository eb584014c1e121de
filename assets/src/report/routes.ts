// The console's page of reports.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { adminRoot } from "../frame/roots";
import { readRange } from "./range";

const reports = createRoute({
  getParentRoute: () => adminRoot,
  path: "/reports",
  validateSearch: readRange,
  component: lazyRouteComponent(() => import("./Reports"), "Reports"),
});

/** The reports. */
export const reportRoutes = [reports] as const;
