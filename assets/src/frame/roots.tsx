// The frames that pages live in, and who may enter them.
import { useQuery } from "@tanstack/react-query";
import { createRootRoute, createRoute, Outlet, redirect, useRouter } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";

import { isAdmin, isStaff, me, useMe } from "../session/session";
import { Console } from "./Console";
import { NotFound } from "./NotFound";
import { Portal } from "./Portal";
import { Public } from "./Public";
import { queries } from "./queries";

/** Every page. */
export const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

/** Whoever is signed in; anybody else is sent to sign in and comes back. */
export async function signedIn(href: string) {
  const user = await queries.ensureQueryData(me);
  if (!user) throw redirect({ to: "/sign-in", search: { next: href } });
  return user;
}

/** A frame for whoever is signed in. Once the session has ended, wherever that was, its route is entered anew. */
function within(Frame: () => ReactNode) {
  return function Within() {
    const router = useRouter();
    const user = useQuery(me).data;
    const hasEnded = user === null;
    useEffect(() => {
      if (hasEnded) void router.invalidate();
    }, [hasEnded, router]);
    return user && <Frame />;
  };
}

/** The console, for staff. */
export const consoleRoot = createRoute({
  getParentRoute: () => root,
  path: "/console",
  beforeLoad: async ({ location }) => {
    const user = await signedIn(location.href);
    if (!isStaff(user)) throw redirect({ to: "/portal" });
  },
  component: within(Console),
});

/** What only admins see of the console. The server decides as well: this only spares them a page of refusals. */
export const adminRoot = createRoute({
  getParentRoute: () => consoleRoot,
  id: "admin",
  beforeLoad: async ({ location }) => {
    if (!isAdmin(await signedIn(location.href))) throw redirect({ to: "/console" });
  },
  component: Outlet,
});

/** The portal, for everybody who has signed in. */
export const portalRoot = createRoute({
  getParentRoute: () => root,
  path: "/portal",
  beforeLoad: async ({ location }) => {
    await signedIn(location.href);
  },
  component: within(Portal),
});

function Own() {
  return isStaff(useMe()) ? <Console /> : <Portal />;
}

/** What everybody has of their own, within the frame that they work in. */
export const ownRoot = createRoute({
  getParentRoute: () => root,
  id: "own",
  beforeLoad: async ({ location }) => {
    await signedIn(location.href);
  },
  component: within(Own),
});

/** The pages that need no session. */
export const publicRoot = createRoute({ getParentRoute: () => root, id: "public", component: Public });
