// Callers of the API: people with a session, and whoever has a token.

/** What the API answers; tests read what they know is there. */
export type Json = any;

/** Somebody who calls. */
export class Caller {
  constructor(
    readonly url: string,
    private readonly token?: string,
    private readonly agent = "gatehouse-tests",
  ) {}

  /** Asks, and answers the body; whatever is no success is thrown. */
  async call(method: string, path: string, body?: unknown): Promise<Json> {
    const headers = new Headers({ "user-agent": this.agent });
    if (this.token) headers.set("authorization", `Bearer ${this.token}`);
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

/** Signs somebody in. */
export async function signIn(url: string, email: string, password: string, agent?: string): Promise<Person> {
  const response = await fetch(`${url}/api/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(agent ? { "user-agent": agent } : {}) },
    body: JSON.stringify({ email, password }),
  });
  const body: Json = await response.json();
  const [name, value] = (response.headers.getSetCookie()[0] ?? "").split(";")[0]?.split("=") ?? [];
  if (!response.ok || !name || !value) throw new Error(`${email} cannot sign in: ${JSON.stringify(body)}`);
  return { id: body.user.id, email, api: new Caller(url, body.access_token, agent), cookie: { name, value, url } };
}
