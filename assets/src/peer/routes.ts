// The console's page of devices, and the portal's page of one's own.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { adminRoot, portalRoot } from "../frame/roots";

const all = createRoute({
  getParentRoute: () => adminRoot,
  path: "/devices",
  validateSearch: (search): { server?: string } =>
    typeof search["server"] === "string" ? { server: search["server"] } : {},
  component: lazyRouteComponent(() => import("./Devices"), "Devices"),
});

const mine = createRoute({
  getParentRoute: () => portalRoot,
  path: "/devices",
  component: lazyRouteComponent(() => import("./MyDevices"), "MyDevices"),
});

/** The devices of every server, for admins. */
export const peerRoutes = [all] as const;

/** One's own devices. */
export const peerPortalRoutes = [mine] as const;
