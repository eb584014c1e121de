// One of everything that people can write: with plain words, or with words that try to run.
import { enrol } from "./agent.ts";
import { Caller, type Json } from "./api.ts";
import { serveMails } from "./mailserver.ts";
import type { Instance } from "./test.ts";

/** Where the texts come from. */
export interface Words {
  /** A line for a name or a title; no two are the same. */
  line: (what: string) => string;
  /** A text of several lines; Markdown where it is rendered. */
  text: (what: string) => string;
}

/** What stands in the addresses of pages. */
export interface Filled {
  ticket: number;
  server: string;
  article: string;
  person: number;
  project: number;
  client: string;
  template: string;
}

export const SERVER = "porto";

/** The mail that has words of its own. */
const TEMPLATE = "reply_to_customer";

async function settings({ admin }: Instance, { line, text }: Words) {
  const { post, put } = admin.api;
  const { project } = await post("/api/admin/projects", {
    name: line("Project"),
    description: text("What it is about"),
  });
  await post(`/api/admin/projects/${project.id}/api-keys`, { name: line("Back end") });
  const { category } = await post("/api/categories", { name: line("Category"), color: "#1b5fc1" });
  const { tag } = await post("/api/tags", { name: line("Tag"), color: "#1a7a45" });
  await post("/api/admin/sla", {
    name: line("Policy"),
    project_id: project.id,
    priority: "high",
    first_response_minutes: 60,
    resolution_minutes: 480,
  });
  await post("/api/automation-rules", {
    name: line("Rule"),
    description: text("Why"),
    ruleType: "ticket_creation",
    conditions: [{ field: "subject", operator: "contains", value: line("Word") }],
    actions: [{ type: "set_priority", value: "high" }],
  });
  await post("/api/canned-responses", { title: line("Answer"), body: text("Hello"), is_shared: true });
  await post("/api/agent-groups", { name: line("Group"), description: text("Who") });
  await post("/api/api-keys", { name: line("Key"), scopes: ["tickets:read"] });
  const redirect = { redirect_uris: ["https://app.example.org/back"], scopes: ["tickets:read"] };
  // It calls nobody.
  await post("/api/webhooks", {
    name: line("Webhook"),
    url: "https://93.184.215.14/hook",
    is_active: false,
  });
  // Braces are filled in: those of somebody who knows no Jinja are refused.
  await put(`/api/mail-templates/${TEMPLATE}`, {
    subject: line("Answer").replaceAll(/[{}]/g, ""),
    text: text("Dear customer").replaceAll(/[{}]/g, ""),
  });
  const client = await post("/api/oauth-clients", { name: line("Application"), ...redirect });
  return { project: project.id, category: category.id, tag: tag.id, client: client.client_id };
}

async function people({ admin }: Instance, { line, text }: Words) {
  await admin.api.post("/api/companies", {
    name: line("Company"),
    description: text("What they do"),
    industry: line("Industry"),
  });
  const { user } = await admin.api.post("/api/admin/users", {
    name: line("Person"),
    email: `person-${Date.now()}@example.org`,
    role: "agent",
    department: line("Department"),
    phone: line("Phone").slice(0, 64),
  });
  return user.id;
}

async function fleet({ admin, customer, url }: Instance, { line }: Words) {
  const place = { endpoint: "203.0.113.9:51820", address: "10.77.0.1/21", address6: "fd77::1/64" };
  const server = { id: SERVER, name: line("Porto"), is_public: true, ...place };
  const { enrollment_token } = await admin.api.post("/api/servers", server);
  const agent = await enrol(url, enrollment_token);
  const peer = await admin.api.post(`/api/wg-clients/${SERVER}`, {
    name: line("Phone"),
    userId: customer.id,
  });
  const now = new Date().toISOString();
  const stat = { public_key: peer.publicKey, rx: 3_000_000, tx: 40_000_000, latest_handshake_at: now };
  const fault = { code: "peer_left_out", at: now, message: line("A fault") };
  await agent.report({ epoch: 1, seq: 1, peer_stats: [stat], errors: [fault] });
}

async function articles({ admin }: Instance, { line, text }: Words): Promise<string> {
  const { post } = admin.api;
  const category = await post("/api/kb/categories", {
    name: line("Shelf"),
    description: text("What is there"),
  });
  const folder = await post("/api/kb/folders", { name: line("Folder"), categoryId: category.id });
  const place = { categoryId: category.id, folderId: folder.id, status: "published", visibility: "public" };
  const article = (isFaq: boolean) =>
    post("/api/kb/articles", { title: line("Article"), content: text("How it works"), isFaq, ...place });
  await article(true);
  return (await article(false)).id;
}

/** What the helpdesk's surface knows of a ticket: a field of one's own, another ticket, one that was merged into it, time. */
async function custom({ api }: Instance["admin"], uuid: string, { line, text }: Words) {
  await api.post("/api/custom-fields", {
    name: "router",
    label: line("Router").slice(0, 60),
    helpText: line("On the label").slice(0, 60),
    entityType: "ticket",
    fieldType: "text",
  });
  const { ticket: other } = await api.post("/api/tickets", {
    project_id: 1,
    subject: line("The same last week"),
    description: line("It was the router"),
    customer_email: "neighbour@example.org",
  });
  const { ticket: twin } = await api.post("/api/tickets", {
    project_id: 1,
    subject: line("The same again"),
    description: text("It still does not work"),
    customer_email: "neighbour@example.org",
  });
  await api.post(`/api/tickets/${twin.uuid}/merge`, { into: uuid });
  const path = `/api/tickets/${uuid}`;
  await api.call("PATCH", path, { customFields: { router: line("A box") }, linkedTicketIds: [other.uuid] });
  await api.post(`${path}/time-entries`, { minutes: 15, description: line("A call") });
}

/** The customer answers by mail, below a quote; another mailbox refuses whoever would read it. */
async function mail({ admin, customer }: Instance, filed: Json, { line, text }: Words) {
  const quoted = text("What was it again?").replaceAll(/^/gm, "> ");
  const server = await serveMails();
  server.put({
    from: customer.email,
    subject: `[${filed.ticket_number}] ${line("Still the same")}`,
    text: `${text("It is still the same")}\n\nOn Monday, somebody wrote:\n${quoted}`,
    found: "spf=pass; dkim=pass; dmarc=pass",
  });
  const ascii = (words: string) => words.replaceAll(/[^\x20-\x7e]/g, "");
  const refusing = await serveMails(`Nobody is let in: ${ascii(line("closed"))}`);
  const ids: number[] = [];
  for (const { port } of [server, refusing]) {
    const { mailbox } = await admin.api.post("/api/mailboxes", {
      name: line("Mailbox"),
      host: "127.0.0.1",
      port,
      security: "none",
      username: line("User"),
      password: "a-password",
      folder: line("Folder"),
      project_id: 1,
    });
    ids.push(mailbox.id);
  }
  // Both are looked into at once.
  const looked = (mailbox: Json) => mailbox.taken > 0 || mailbox.last_error !== null;
  for (;;) {
    const { mailboxes } = await admin.api.get("/api/mailboxes");
    if (mailboxes.filter(({ id }: Json) => ids.includes(id)).every(looked)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function ticket(instance: Instance, words: Words, made: Json): Promise<number> {
  const { admin, customer, agent, url } = instance;
  const { line, text } = words;
  const pair = await admin.api.post("/api/admin/projects/1/api-keys", { name: line("Shop") });
  const shop = new Caller(url, { "x-api-key": pair.api_key, "x-api-secret": pair.api_secret });
  await shop.post("/api/external/tickets", {
    customer_email: "shopper@example.org",
    customer_name: line("Shopper"),
    customer_phone: "+351 555 0100",
    subject: line("From the shop"),
    description: text("What was bought"),
    metadata: { order: line("Order") },
  });
  const { ticket: filed } = await customer.api.post("/api/tickets", {
    project_id: 1,
    subject: line("No handshake since noon"),
    description: text("It worked yesterday"),
  });
  const path = `/api/tickets/${filed.id}`;
  const message = new FormData();
  message.set("body", text("A picture of it"));
  message.append("attachments[]", new Blob(["pixels"]), line("screen.png"));
  await customer.api.post(`${path}/messages`, message);
  await agent.api.post(`${path}/messages`, { body: text("Please switch it off and on") });
  await agent.api.post(`${path}/messages`, { body: text("Same as last week"), type: "note" });
  await agent.api.post(`${path}/assign`, { user_id: agent.id });
  await admin.api.put(path, { category_id: made.category, tags: [made.tag] });
  await custom(admin, filed.uuid, words);
  await mail(instance, filed, words);
  await agent.api.post(`${path}/status`, { status: "resolved" });
  await customer.api.post(`${path}/rate`, { score: 4, comment: line("Thanks") });
  return filed.id;
}

/** Plain words: lines that are numbered, and texts in Markdown. */
export function plainWords(): Words {
  let count = 0;
  return {
    line: (what) => `${what} ${(count += 1)}`,
    text: (what) =>
      `# ${what}\n\nFirst **this**, then:\n\n- one\n- [another](https://example.org/)\n\n\`wg show\``,
  };
}

/** Makes one of everything. */
export async function fill(instance: Instance, words: Words): Promise<Filled> {
  const made = await settings(instance, words);
  await fleet(instance, words);
  const [person, article] = [await people(instance, words), await articles(instance, words)];
  return {
    ...made,
    person,
    article,
    server: SERVER,
    template: TEMPLATE,
    ticket: await ticket(instance, words, made),
  };
}
