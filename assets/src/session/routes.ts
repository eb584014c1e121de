// The pages for people who have not signed in.
import { createRoute } from "@tanstack/react-router";

import { root } from "../frame/roots";
import { SignIn } from "./SignIn";

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  // Only places of our own: a link to here never leads to another site.
  validateSearch: (search: Record<string, unknown>): { next?: string } => {
    const next = search["next"];
    return typeof next === "string" && /^\/(?![/\\])/.test(next) ? { next } : {};
  },
  component: SignIn,
});

/** Signing in and what leads to it. */
export const sessionRoutes = [signIn] as const;
