// The pages for people who have not signed in, and the one about oneself.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { ownRoot, root } from "../frame/roots";
import { readNext } from "./next";
import { SignIn } from "./SignIn";

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: readNext,
  component: SignIn,
});

const signUp = createRoute({
  getParentRoute: () => root,
  path: "/sign-up",
  validateSearch: readNext,
  component: lazyRouteComponent(() => import("./SignUp"), "SignUp"),
});

const forgot = createRoute({
  getParentRoute: () => root,
  path: "/forgot-password",
  component: lazyRouteComponent(() => import("./ForgotPassword"), "ForgotPassword"),
});

// Mailed links carry their token; the router reads words that look like numbers as such.
const readToken = (search: Record<string, unknown>): { token: string } => ({
  token: String(search["token"] ?? ""),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: "/reset-password",
  validateSearch: readToken,
  component: lazyRouteComponent(() => import("./ResetPassword"), "ResetPassword"),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  validateSearch: readToken,
  component: lazyRouteComponent(() => import("./ResetPassword"), "Invitation"),
});

const verify = createRoute({
  getParentRoute: () => root,
  path: "/verify",
  validateSearch: readToken,
  component: lazyRouteComponent(() => import("./Verify"), "Verify"),
});

const profile = createRoute({
  getParentRoute: () => ownRoot,
  path: "/profile",
  component: lazyRouteComponent(() => import("./Profile"), "Profile"),
});

/** Signing in and what leads to it. */
export const sessionRoutes = [signIn, signUp, forgot, reset, invitation, verify] as const;

/** What everybody sees of themselves. */
export const profileRoutes = [profile] as const;
