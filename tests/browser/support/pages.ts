// Every page, as its address with holes for what is on it, and the boxes that open on them.
import type { Filled } from "./fill.ts";

/** Who looks at a page. */
export type Who = "nobody" | "customer" | "agent" | "admin";

const AUTHORIZE =
  "/oauth/authorize?response_type=code&client_id=$client&redirect_uri=https%3A%2F%2Fapp.example.org%2Fback" +
  "&scope=tickets%3Aread&state=s&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

/** The pages of everybody who may see them. */
export const PAGES: Record<Who, string[]> = {
  nobody: [
    "/sign-in",
    "/sign-up",
    "/forgot-password",
    "/reset-password",
    "/reset-password?token=spent",
    "/invitation?token=spent",
    "/verify?token=spent",
    "/help",
    "/help/$article",
    "/status",
    "/nowhere",
    "/setup?token=spent",
  ],
  customer: [
    "/portal/devices",
    "/portal/tickets",
    "/portal/tickets/new",
    "/portal/tickets/$ticket",
    "/portal/help",
    "/portal/help/$article",
    "/portal/status",
    "/profile",
    AUTHORIZE,
  ],
  agent: [
    "/console",
    "/console/tickets",
    "/console/tickets/$ticket",
    "/console/servers/$server",
    "/console/settings/tags",
  ],
  admin: [
    "/console",
    "/console/tickets",
    "/console/tickets/new",
    "/console/tickets/$ticket",
    "/console/servers",
    "/console/servers/$server",
    "/console/servers/$server?tab=devices",
    "/console/servers/$server?tab=settings",
    "/console/devices?server=$server",
    "/console/people",
    "/console/people/$person",
    "/console/companies",
    "/console/knowledge",
    "/console/knowledge/$article",
    "/console/reports",
    "/console/audit",
    "/console/settings/projects",
    "/console/settings/projects/$project",
    "/console/settings/categories",
    "/console/settings/fields",
    "/console/settings/tags",
    "/console/settings/canned",
    "/console/settings/sla",
    "/console/settings/rules",
    "/console/settings/groups",
    "/console/settings/keys",
    "/console/settings/clients",
    "/console/settings/webhooks",
    "/console/settings/mails",
    "/console/settings/mailboxes",
    "/console/settings/tables",
    "/console/settings/tables?of=contacts",
    "/console/settings/templates",
    "/console/settings/templates/$template",
    "/profile",
  ],
};

/** Buttons that open a box, by the pages that have them. */
export const BOXES: [Who, string, string | RegExp][] = [
  ["admin", "/console/servers", "Add a server"],
  ["admin", "/console/servers/$server?tab=settings", "Show a new line"],
  ["admin", "/console/devices?server=$server", "Add a device"],
  ["admin", "/console/people", "Add a person"],
  ["admin", "/console/companies", "Add a company"],
  ["admin", "/console/tickets/$ticket", "Insert a canned response"],
  ["admin", "/console/tickets/$ticket", /^First response/],
  ["admin", "/console/tickets/$ticket", "More to do"],
  ["admin", "/console/tickets/$ticket", "Link a ticket"],
  ["admin", "/console/tickets/$ticket", "Enter time"],
  ["admin", "/console", "Find"],
  ["admin", "/console", "Appearance"],
  ["admin", "/console", "Your account"],
  ["admin", "/console/settings/projects", "Add a project"],
  ["admin", "/console/settings/categories", "Add a category"],
  ["admin", "/console/settings/fields", "Add a field"],
  ["admin", "/console/settings/tags", "Add a tag"],
  ["admin", "/console/settings/canned", "Add a response"],
  ["admin", "/console/settings/sla", "Add a policy"],
  ["admin", "/console/settings/rules", "Add a rule"],
  ["admin", "/console/settings/groups", "Add a group"],
  ["admin", "/console/settings/keys", "Add an API key"],
  ["admin", "/console/settings/clients", "Add an OAuth client"],
  ["admin", "/console/settings/webhooks", "Add a webhook"],
  ["admin", "/console/settings/mailboxes", "Add a mailbox"],
  ["admin", "/console/settings/mailboxes", /^Edit: /],
  ["customer", "/portal/devices", /^Connect /],
];

/** An address with its holes filled. */
export const address = (page: string, filled: Filled): string =>
  page.replace(/\$(\w+)/g, (_hole, name: keyof Filled) => String(filled[name]));
