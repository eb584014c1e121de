// A Gatehouse of one's own: the built program on loopback, with its data in a folder that goes away.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

import { AUTHORITY } from "./mailserver.ts";

const PROGRAM = process.env["GATEHOUSE_BINARY"] ?? "../../target/debug/gatehouse";
// Whatever the environment sets is not meant for these.
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("GATEHOUSE_")),
);

/** A running one. */
export interface Gatehouse {
  /** Where it listens, without a slash at the end. */
  url: string;
  /** Ends it, and throws when its log tells of errors. */
  stop: () => Promise<void>;
}

/** Serves a folder; resolves with what the last expected line says. */
async function serve(folder: string, flags: string[], line: RegExp) {
  const args = ["serve", "--data-dir", folder, "--listen", "127.0.0.1:0", ...flags];
  const child = spawn(PROGRAM, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (said: Buffer) => (log += said.toString()));
  const exit = once(child, "exit");
  const said = await new Promise<string>((ready, failed) => {
    child.on("error", failed);
    child.on("exit", () => failed(new Error(`gatehouse serve ended:\n${log}`)));
    createInterface({ input: child.stdout }).on("line", (text) => {
      const found = line.exec(text)?.[1];
      if (found) ready(found);
    });
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await exit;
    await rm(folder, { recursive: true });
    const errors = log.split("\n").filter((entry) => /\bERROR\b|panicked/.test(entry));
    if (errors.length > 0) throw new Error(`The log tells of errors:\n${errors.join("\n")}`);
  };
  return { said, stop };
}

const folder = () => mkdtemp(join(tmpdir(), "gatehouse-browser-"));

/** An empty instance with the settings of everybody, and the link that it prints. */
export async function startEmpty(): Promise<Gatehouse & { link: string }> {
  const { said, stop } = await serve(await folder(), [], /^make the first administrator: (\S+)$/);
  return { url: new URL(said).origin, link: said, stop };
}

const AMOUNT = { tickets: 60, agents: 3, customers: 8, projects: 2, servers: 3, devices: 8 };

/**
 * An instance with a past, and the password of its staff. Tests ask more often than people do, so nothing is limited, and their
 * mail servers are on this machine.
 */
export async function startSeeded(): Promise<Gatehouse & { password: string }> {
  const data = await folder();
  const amount = Object.entries(AMOUNT).flatMap(([what, count]) => [`--${what}`, String(count)]);
  const { stdout } = await promisify(execFile)(PROGRAM, ["seed", "--data-dir", data, ...amount], { env });
  const password = /^Password: (\S+)$/m.exec(stdout)?.[1];
  if (!password) throw new Error(`gatehouse seed said no password:\n${stdout}`);
  const own = ["--rate-limit", "off", "--webhook-allow", "127.0.0.1", "--mail-authority", AUTHORITY];
  const { said, stop } = await serve(data, own, /^listening on (\S+)$/);
  return { url: said, password, stop };
}
