// How pages ask the API: through the generated client, with exact numbers, and signed in by the cookie alone.
import { MutationCache, QueryClient } from "@tanstack/react-query";
import { notifications } from "@mantine/notifications";
import i18next from "i18next";

import { client } from "../api/client.gen";
import { parse } from "../figures";
import { said } from "../said";

/** What a refusal says: a sentence, and a sentence for each field. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly fields: Record<string, string[]> = {},
  ) {
    super(message);
    this.name = "Refused";
  }
}

/** What went wrong, in full: what is said of fields tells more than that something is wrong with them. */
export function told(error: Error): string {
  const said = error instanceof Refused ? Object.values(error.fields).flat() : [];
  return said.length > 0 ? said.join(" ") : error.message;
}

/** What an answer that is none says, in the language of the page. */
export function refusal(status: number, body: unknown): Refused {
  const told = body as { error?: unknown; message?: unknown; details?: Record<string, string[]> } | null;
  const text = [told?.error, told?.message].find((text) => typeof text === "string");
  const fields = Object.entries(told?.details ?? {}).map(([field, texts]) => [field, texts.map(said)]);
  return new Refused(
    status,
    text === undefined ? i18next.t("problem.unreachable") : said(text),
    Object.fromEntries(fields) as Record<string, string[]>,
  );
}

let renewing: Promise<boolean> | undefined;

/** Trades the session for a fresh one; many callers at once wait for the same trade. */
export function renew(): Promise<boolean> {
  renewing ??= fetch("/api/auth/refresh", { method: "POST" })
    .then((response) => response.ok)
    .catch(() => false)
    .finally(() => (renewing = undefined));
  return renewing;
}

const ways = ["/api/auth/refresh", "/api/auth/login"];

client.setConfig({
  baseUrl: "",
  // `answer` reads it, without losing digits.
  parseAs: "text",
  fetch: async (input: RequestInfo | URL, options?: RequestInit): Promise<Response> => {
    const request = new Request(input, options);
    const again = request.clone();
    const response = await fetch(request);
    const expired = response.status === 401 && !ways.includes(new URL(request.url).pathname);
    return expired && (await renew()) ? fetch(again) : response;
  },
});

client.interceptors.error.use((error, response) => {
  if (error instanceof Refused) return error;
  // Without an answer the error is the browser's own, in its words.
  return refusal(response?.status ?? 0, response && typeof error === "object" ? error : null);
});

/** The body of an answer, or the refusal thrown. */
export async function answer<T>(
  asked: Promise<{ data?: T; error?: unknown; response?: Response }>,
): Promise<T> {
  const { data, error, response } = await asked;
  if (error !== undefined) throw error;
  const isJson = response?.headers.get("content-type")?.startsWith("application/json");
  return (isJson && typeof data === "string" ? parse(data) : data) as T;
}

/** The cache of everything that pages have asked. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: true,
      retry: (times, error) =>
        times < 2 && error instanceof Refused && (error.status === 0 || error.status === 503),
    },
  },
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      if (mutation.meta?.["quiet"]) return;
      notifications.show({ color: "red", title: i18next.t("problem.title"), message: told(error) });
    },
  }),
});
