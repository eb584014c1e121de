// The console's page of the audit log.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { adminRoot } from "../frame/roots";

const log = createRoute({
  getParentRoute: () => adminRoot,
  path: "/audit",
  validateSearch: (search: Record<string, unknown>): { page?: number } => {
    const page = Number(search["page"]);
    return Number.isInteger(page) && page > 1 ? { page } : {};
  },
  component: lazyRouteComponent(() => import("./Audit"), "Audit"),
});

/** The log. */
export const auditRoutes = [log] as const;
