// Where articles are read: in the portal, and without a session.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { portalRoot, publicRoot } from "../frame/roots";

const pages = () => import("./pages");

const list = createRoute({
  getParentRoute: () => publicRoot,
  path: "/help",
  component: lazyRouteComponent(pages, "PublicArticles"),
});

const one = createRoute({
  getParentRoute: () => publicRoot,
  path: "/help/$id",
  component: lazyRouteComponent(pages, "PublicArticle"),
});

const ownList = createRoute({
  getParentRoute: () => portalRoot,
  path: "/help",
  component: lazyRouteComponent(pages, "PortalArticles"),
});

const ownOne = createRoute({
  getParentRoute: () => portalRoot,
  path: "/help/$id",
  component: lazyRouteComponent(pages, "PortalArticle"),
});

/** For everybody. */
export const helpRoutes = [list, one] as const;

/** In the portal. */
export const portalHelpRoutes = [ownList, ownOne] as const;
