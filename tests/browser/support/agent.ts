// A server's agent as the API sees one: it enrols with the token of the line that was copied, takes the state, reports.
import { generateKeyPairSync } from "node:crypto";

import { Caller, type Json } from "./api.ts";

/** A WireGuard public key whose private half nobody keeps. */
export function publicKey(): string {
  const { x } = generateKeyPairSync("x25519").publicKey.export({ format: "jwk" });
  return Buffer.from(x ?? "", "base64url").toString("base64");
}

/** An enrolled agent. */
export interface Agent {
  server: string;
  /** The state that it was given when it enrolled. */
  desired: Json;
  /** Reports; what is given adds to a report of a healthy server. */
  report: (more?: Record<string, unknown>) => Promise<Json>;
}

/** Enrols with the token in an install command, or with a bare one. */
export async function enrol(url: string, command: string): Promise<Agent> {
  const token = /\ben_[\w-]+/.exec(command)?.[0] ?? command;
  const enrolled = await new Caller(url).post("/api/agent/enroll", {
    enrollment_token: token,
    public_key: publicKey(),
  });
  const agent = new Caller(url, enrolled.token);
  const report = (more = {}) =>
    agent.post("/api/report", {
      server_id: enrolled.server_id,
      ping_ms: 12.4,
      transfer_rx: 1_048_576,
      transfer_tx: 524_288,
      peers: 0,
      applied_revision: enrolled.desired.revision,
      ...more,
    });
  return { server: enrolled.server_id, desired: enrolled.desired, report };
}
