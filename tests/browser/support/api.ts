// Callers of the API: people with a session, and whoever has a token.

/** What the API answers; tests read what they know is there. */
export type Json = any;

/** Somebody who calls; credentials are headers. */
export class Caller {
  constructor(
    readonly url: string,
    private readonly credentials: Record<string, string> = {},
  ) {}

  /** Asks, and answers the body; whatever is no success is thrown. */
  async call(method: string, path: string, body?: unknown): Promise<Json> {
    const headers = new Headers(this.credentials);
    const form = body instanceof FormData;
    if (body !== undefined && !form) headers.set("content-type", "application/json");
    const sent = form ? body : body === undefined ? null : JSON.stringify(body);
    const response = await fetch(this.url + path, { method, headers, body: sent });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return response.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : text;
  }

  get = (path: string) => this.call("GET", path);
  post = (path: string, body?: unknown) => this.call("POST", path, body);
  put = (path: string, body: unknown) => this.call("PUT", path, body);
}

/** The credentials of whoever has a token. */
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A cookie as browser contexts take it. */
export interface Cookie {
  name: string;
  value: string;
  url: string;
}

/** Somebody who is signed in, at the API and with a browser. */
export interface Person {
  id: number;
  email: string;
  api: Caller;
  cookie: Cookie;
}

/** Signs somebody in, from a program that may call itself something. */
export async function signIn(
  url: string,
  email: string,
  password: string,
  program?: string,
): Promise<Person> {
  const response = await fetch(`${url}/api/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(program ? { "user-agent": program } : {}) },
    body: JSON.stringify({ email, password }),
  });
  const body: Json = await response.json();
  const [name, value] = (response.headers.getSetCookie()[0] ?? "").split(";")[0]?.split("=") ?? [];
  if (!response.ok || !name || !value) throw new Error(`${email} cannot sign in: ${JSON.stringify(body)}`);
  const api = new Caller(url, bearer(body.access_token));
  return { id: body.user.id, email, api, cookie: { name, value, url } };
}
