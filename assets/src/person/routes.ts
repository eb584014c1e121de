// The console's pages of people.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { adminRoot } from "../frame/roots";
import { readFilter } from "./person";

const list = createRoute({
  getParentRoute: () => adminRoot,
  path: "/people",
  validateSearch: readFilter,
  component: lazyRouteComponent(() => import("./People"), "People"),
});

const one = createRoute({
  getParentRoute: () => adminRoot,
  path: "/people/$id",
  component: lazyRouteComponent(() => import("./Person"), "Person"),
});

/** The list, and one person. */
export const personRoutes = [list, one] as const;
