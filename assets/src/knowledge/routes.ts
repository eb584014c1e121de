// The console's pages of the knowledge base.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { consoleRoot } from "../frame/roots";
import { readFilter } from "./knowledge";

const list = createRoute({
  getParentRoute: () => consoleRoot,
  path: "/knowledge",
  validateSearch: readFilter,
  component: lazyRouteComponent(() => import("./Knowledge"), "Knowledge"),
});

const one = createRoute({
  getParentRoute: () => consoleRoot,
  path: "/knowledge/$id",
  component: lazyRouteComponent(() => import("./Article"), "Article"),
});

/** The list, and one article. */
export const knowledgeRoutes = [list, one] as const;
