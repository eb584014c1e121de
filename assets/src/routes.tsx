// Every page and its address: each noun brings its own. Pages behind the first one are loaded when somebody goes there.
import { createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";

import { adminRoot, consoleRoot, portalRoot, root, signedIn } from "./frame/roots";
import { auditRoutes } from "./audit/routes";
import { companyRoutes } from "./company/routes";
import { knowledgeRoutes } from "./knowledge/routes";
import { personRoutes } from "./person/routes";
import { reportRoutes } from "./report/routes";
import { sessionRoutes } from "./session/routes";
import { serverRoutes } from "./server/routes";
import { settingsRoutes } from "./settings/routes";
import { isStaff } from "./session/session";
import { ticketRoutes } from "./ticket/routes";

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: async ({ location }) => {
    throw redirect({ to: isStaff(await signedIn(location.href)) ? "/console" : "/portal" });
  },
});

const overview = createRoute({
  getParentRoute: () => consoleRoot,
  path: "/",
  component: lazyRouteComponent(() => import("./overview/Overview"), "Overview"),
});

const tree = root.addChildren([
  home,
  ...sessionRoutes,
  consoleRoot.addChildren([
    overview,
    ...ticketRoutes,
    ...serverRoutes,
    ...settingsRoutes,
    ...knowledgeRoutes,
    adminRoot.addChildren([...personRoutes, ...companyRoutes, ...auditRoutes, ...reportRoutes]),
  ]),
  portalRoot.addChildren([]),
]);

/** The router of the whole app. */
export const router = createRouter({ routeTree: tree, defaultPreload: "intent", scrollRestoration: true });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
