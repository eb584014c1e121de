// Where somebody wanted to be before they had to say who they are.
import { useNavigate } from "@tanstack/react-router";

/** Reads it from an address. Only places of our own: a link to here never leads to another site. */
export function readNext({ next }: Record<string, unknown>): { next?: string } {
  return typeof next === "string" && /^\/(?![/\\])/.test(next) ? { next } : {};
}

/** How to go on to it. */
export function useGoOn() {
  const navigate = useNavigate();
  return (next = "/") => {
    // Pages that the server itself makes (consent to an application) are no pages of this app.
    if (next.startsWith("/oauth/")) window.location.assign(next);
    else void navigate({ to: next, replace: true });
  };
}
