// A server's agent as the API sees one: it enrols with the token of the line that was copied, takes the state, reports.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";

import { bearer, Caller, type Json } from "./api.ts";

function base64(key: KeyObject): string {
  return Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url").toString("base64");
}

/** What comes before the 32 bytes of an X25519 private key in PKCS #8 (RFC 8410, 7). */
const BEFORE = Buffer.from("302e020100300506032b656e04220420", "hex");

/** The public half of a WireGuard private key. */
export function publicOf(privateKey: string): string {
  const der = Buffer.concat([BEFORE, Buffer.from(privateKey, "base64")]);
  return base64(createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" })));
}

/** A WireGuard public key whose private half nobody keeps. */
const publicKey = () => base64(generateKeyPairSync("x25519").publicKey);

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
  const agent = new Caller(url, bearer(enrolled.token));
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
