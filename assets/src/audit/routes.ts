// The console's page of the audit log.
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";

import { adminRoot } from "../frame/roots";
import type { Sought } from "./log";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

// What makes no sense in an address is left out; the router reads words that look like numbers as such.
function readSought(search: Record<string, unknown>): Sought {
  const word = (name: keyof Sought) => String(search[name] ?? "").slice(0, 200);
  const { who, what, from, to } = {
    who: word("who"),
    what: word("what"),
    from: word("from"),
    to: word("to"),
  };
  return {
    ...(who && { who }),
    ...(what && { what }),
    ...(DAY.test(from) && { from }),
    ...(DAY.test(to) && { to }),
  };
}

const log = createRoute({
  getParentRoute: () => adminRoot,
  path: "/audit",
  validateSearch: readSought,
  component: lazyRouteComponent(() => import("./Audit"), "Audit"),
});

/** The log. */
export const auditRoutes = [log] as const;
