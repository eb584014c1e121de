// Addresses that mails lead to: whoever writes one does not know whether its reader works here or is a customer.
import { createRoute, redirect } from "@tanstack/react-router";

import { root, signedIn } from "../frame/roots";
import { isStaff } from "../session/session";

const ticket = createRoute({
  getParentRoute: () => root,
  path: "/tickets/$id",
  beforeLoad: async ({ location, params }) => {
    const staff = isStaff(await signedIn(location.href));
    throw redirect({ to: staff ? "/console/tickets/$id" : "/portal/tickets/$id", params, replace: true });
  },
});

const servers = createRoute({
  getParentRoute: () => root,
  path: "/servers",
  beforeLoad: () => {
    throw redirect({ to: "/console/servers", replace: true });
  },
});

const webhooks = createRoute({
  getParentRoute: () => root,
  path: "/settings/webhooks",
  beforeLoad: () => {
    throw redirect({ to: "/console/settings/webhooks", replace: true });
  },
});

/** A ticket, the servers, the webhooks: each leads on to the page of whoever reads. */
export const mailedRoutes = [ticket, servers, webhooks] as const;
