// What no page may do: complain in the console, break, open a dialog, run what somebody wrote, ask for what fails.
import type { BrowserContext } from "@playwright/test";

/** What a text that runs would call. */
export const CANARY = "__xss";

/** Refusals that belong to what is done: the browser notes them in its console. */
const REFUSING = [
  "api/auth/(me|refresh|login)",
  "api/admin/projects/\\d+/api-keys",
  "api/admin/sla",
  "api/canned-responses",
  "api/events",
  "api/mailboxes/\\d+",
  "api/tickets/import",
  "setup(\\?token=.*)?",
];
const EXPECTED = new RegExp(`status of (400|401|410|422) .*/(${REFUSING.join("|")})$`);

/** Notes from now on what a context's pages do that they may not. */
export async function watch(context: BrowserContext): Promise<string[]> {
  const seen: string[] = [];
  context.on("console", (message) => {
    const text = `${message.text()} ${message.location().url}`;
    if (["error", "warning"].includes(message.type()) && !EXPECTED.test(text)) seen.push(`console: ${text}`);
  });
  context.on("weberror", (error) => seen.push(`broke: ${error.error().message}`));
  context.on("dialog", (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on("response", (response) => {
    if (response.status() >= 500) seen.push(`${response.status()}: ${response.url()}`);
  });
  await context.addInitScript((canary) => {
    Object.defineProperty(window, canary, {
      value: (what: unknown) => console.error(`a text of somebody ran: ${String(what)}`),
    });
    document.addEventListener("securitypolicyviolation", (event) =>
      console.error(`against the policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
    );
  }, CANARY);
  return seen;
}
