// Every page and its address: each noun brings its own. Pages behind the first one are loaded when somebody goes there.
import { createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";

import { auditRoutes } from "./audit/routes";
import { companyRoutes } from "./company/routes";
import { Broken } from "./frame/Guard";
import { adminRoot, consoleRoot, ownRoot, portalRoot, publicRoot, root, signedIn } from "./frame/roots";
import { helpRoutes, portalHelpRoutes } from "./help/routes";
import { knowledgeRoutes } from "./knowledge/routes";
import { mailedRoutes } from "./mail/routes";
import { peerPortalRoutes, peerRoutes } from "./peer/routes";
import { personRoutes } from "./person/routes";
import { reportRoutes } from "./report/routes";
import { profileRoutes, sessionRoutes } from "./session/routes";
import { serverPortalRoutes, serverPublicRoutes, serverRoutes } from "./server/routes";
import { settingsRoutes } from "./settings/routes";
import { isStaff } from "./session/session";
import { portalTicketRoutes, ticketRoutes } from "./ticket/routes";

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: async ({ location }) => {
    throw redirect({ to: isStaff(await signedIn(location.href)) ? "/console" : "/portal" });
  },
});

const portal = createRoute({
  getParentRoute: () => portalRoot,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/portal/devices" });
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
  ...mailedRoutes,
  consoleRoot.addChildren([
    overview,
    ...ticketRoutes,
    ...serverRoutes,
    ...settingsRoutes,
    ...knowledgeRoutes,
    adminRoot.addChildren([
      ...peerRoutes,
      ...personRoutes,
      ...companyRoutes,
      ...auditRoutes,
      ...reportRoutes,
    ]),
  ]),
  ownRoot.addChildren([...profileRoutes]),
  portalRoot.addChildren([
    portal,
    ...portalTicketRoutes,
    ...portalHelpRoutes,
    ...peerPortalRoutes,
    ...serverPortalRoutes,
  ]),
  publicRoot.addChildren([...helpRoutes, ...serverPublicRoutes]),
]);

/** The router of the whole app. */
export const router = createRouter({
  routeTree: tree,
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
