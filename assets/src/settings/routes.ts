// The console's pages of settings: one for each area.
import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";

import { consoleRoot, signedIn } from "../frame/roots";
import { isAdmin } from "../session/session";
import { readShown } from "../table/table";

const settings = createRoute({
  getParentRoute: () => consoleRoot,
  path: "/settings",
  component: lazyRouteComponent(() => import("./Settings"), "Settings"),
});

const first = createRoute({
  getParentRoute: () => settings,
  path: "/",
  beforeLoad: async ({ location }) => {
    const admin = isAdmin(await signedIn(location.href));
    throw redirect({ to: admin ? "/console/settings/projects" : "/console/settings/canned" });
  },
});

const tags = createRoute({
  getParentRoute: () => settings,
  path: "/tags",
  component: lazyRouteComponent(() => import("./Tags"), "Tags"),
});

const canned = createRoute({
  getParentRoute: () => settings,
  path: "/canned",
  component: lazyRouteComponent(() => import("./Canned"), "Canned"),
});

const forAdmins = createRoute({
  getParentRoute: () => settings,
  id: "admin",
  beforeLoad: async ({ location }) => {
    if (!isAdmin(await signedIn(location.href))) throw redirect({ to: "/console/settings/canned" });
  },
});

const projects = createRoute({
  getParentRoute: () => forAdmins,
  path: "/projects",
  component: lazyRouteComponent(() => import("./Projects"), "Projects"),
});

const project = createRoute({
  getParentRoute: () => forAdmins,
  path: "/projects/$id",
  component: lazyRouteComponent(() => import("./Project"), "Project"),
});

const categories = createRoute({
  getParentRoute: () => forAdmins,
  path: "/categories",
  component: lazyRouteComponent(() => import("./Categories"), "Categories"),
});

const sla = createRoute({
  getParentRoute: () => forAdmins,
  path: "/sla",
  component: lazyRouteComponent(() => import("./Sla"), "Sla"),
});

const rules = createRoute({
  getParentRoute: () => forAdmins,
  path: "/rules",
  component: lazyRouteComponent(() => import("./Rules"), "Rules"),
});

const groups = createRoute({
  getParentRoute: () => forAdmins,
  path: "/groups",
  component: lazyRouteComponent(() => import("./Groups"), "Groups"),
});

const keys = createRoute({
  getParentRoute: () => forAdmins,
  path: "/keys",
  component: lazyRouteComponent(() => import("./ApiKeys"), "ApiKeys"),
});

const clients = createRoute({
  getParentRoute: () => forAdmins,
  path: "/clients",
  component: lazyRouteComponent(() => import("./OauthClients"), "OauthClients"),
});

const webhooks = createRoute({
  getParentRoute: () => forAdmins,
  path: "/webhooks",
  component: lazyRouteComponent(() => import("./Webhooks"), "Webhooks"),
});

const mails = createRoute({
  getParentRoute: () => forAdmins,
  path: "/mails",
  component: lazyRouteComponent(() => import("./Mails"), "Mails"),
});

const templates = createRoute({
  getParentRoute: () => forAdmins,
  path: "/templates",
  component: lazyRouteComponent(() => import("../mail/Templates"), "Templates"),
});

const mailboxes = createRoute({
  getParentRoute: () => forAdmins,
  path: "/mailboxes",
  component: lazyRouteComponent(() => import("../mail/Mailboxes"), "Mailboxes"),
});

const tables = createRoute({
  getParentRoute: () => forAdmins,
  path: "/tables",
  validateSearch: readShown,
  component: lazyRouteComponent(() => import("../table/Tables"), "Tables"),
});

const fields = createRoute({
  getParentRoute: () => forAdmins,
  path: "/fields",
  component: lazyRouteComponent(() => import("./CustomFields"), "CustomFields"),
});

const template = createRoute({
  getParentRoute: () => forAdmins,
  path: "/templates/$id",
  validateSearch: (search: Record<string, unknown>): { language?: "de" } =>
    search["language"] === "de" ? { language: "de" } : {},
  component: lazyRouteComponent(() => import("../mail/Template"), "Template"),
});

/** The settings and their areas. */
export const settingsRoutes = [
  settings.addChildren([
    first,
    tags,
    canned,
    forAdmins.addChildren([
      projects,
      project,
      categories,
      sla,
      rules,
      groups,
      keys,
      clients,
      webhooks,
      mails,
      mailboxes,
      tables,
      templates,
      template,
      fields,
    ]),
  ]),
] as const;
