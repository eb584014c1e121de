// A mail server as far as a mailbox is read from it (IMAP, RFC 3501), and the mails that lie there.
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** The mail server that the instance believes what it found about senders. */
export const AUTHORITY = "mx.example.org";

/** What is in a mail. */
export interface Mail {
  from: string;
  subject: string;
  text: string;
  /** What the mail server found: `dmarc=pass`. */
  found?: string;
}

function raw({ from, subject, text, found }: Mail): Buffer {
  const base64 = (words: string) => Buffer.from(words).toString("base64");
  const head = [
    ...(found ? [`Authentication-Results: ${AUTHORITY}; ${found}`] : []),
    `From: ${from}`,
    "To: support@example.org",
    `Subject: =?utf-8?b?${base64(subject)}?=`,
    `Message-ID: <${crypto.randomUUID()}@example.org>`,
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
  ];
  return Buffer.from([...head, "", ...(base64(text).match(/.{1,76}/g) ?? []), ""].join("\r\n"));
}

/** A server that runs. */
export interface MailServer {
  port: number;
  /** Puts a mail into the mailbox; whoever waits for one hears of it. */
  put: (mail: Mail) => void;
  /** Lets everybody in from now on. */
  admit: () => void;
}

/** Serves one mailbox to everybody, or refuses everybody with a text. */
export async function serveMails(refusal?: string): Promise<MailServer> {
  const mails: { raw: Buffer; isRead: boolean }[] = [];
  const waiting = new Map<Socket, string>();
  // What each of them knows of: what came in between is told as soon as somebody waits.
  const known = new Map<Socket, number>();
  const exists = () => `* ${mails.length} EXISTS`;
  const uid = (text = "") => Number(text) - 1;
  const say = (socket: Socket, ...lines: string[]) =>
    socket.write(lines.map((line) => `${line}\r\n`).join(""));
  function hear(socket: Socket, line: string) {
    const [tag = "", word = "", ...rest] = line.split(" ");
    const done = `${tag} OK done`;
    if (line === "DONE") {
      say(socket, `${waiting.get(socket)} OK done`);
      waiting.delete(socket);
    } else if (word === "LOGIN" && refusal) {
      say(socket, `${tag} NO ${refusal}`);
    } else if (word === "CAPABILITY") {
      say(socket, "* CAPABILITY IMAP4rev1 IDLE", done);
    } else if (word === "SELECT") {
      say(socket, exists(), "* OK [UIDVALIDITY 1] for good", done);
    } else if (word === "IDLE") {
      waiting.set(socket, tag);
      say(socket, "+ waiting", ...(known.get(socket) === mails.length ? [] : [exists()]));
    } else if (word === "LOGOUT") {
      say(socket, "* BYE then", done);
      socket.end();
    } else if (word === "UID" && rest[0] === "SEARCH") {
      known.set(socket, mails.length);
      const unread = mails.flatMap((mail, at) => (mail.isRead ? [] : [at + 1]));
      say(socket, ["* SEARCH", ...unread].join(" "), done);
    } else if (word === "UID" && rest[0] === "FETCH") {
      const found = mails[uid(rest[1])];
      const named = `* ${rest[1]} FETCH (UID ${rest[1]}`;
      if (!found) return say(socket, done);
      if (rest[2] === "RFC822.SIZE") return say(socket, `${named} RFC822.SIZE ${found.raw.length})`, done);
      socket.write(`${named} BODY[] {${found.raw.length}}\r\n`);
      socket.write(found.raw);
      say(socket, ")", done);
    } else {
      const stored = word === "UID" && rest[0] === "STORE" ? mails[uid(rest[1])] : undefined;
      if (stored) stored.isRead = true;
      say(socket, done);
    }
    return undefined;
  }
  const server = createServer((socket) => {
    socket.unref().on("error", () => socket.destroy());
    socket.on("close", () => waiting.delete(socket) && known.delete(socket));
    // Lines tell again of what befalls their socket, and somebody must listen: clients may hang up at any time.
    createInterface({ input: socket })
      .on("line", (line) => hear(socket, line))
      .on("error", () => socket.destroy());
    say(socket, "* OK here");
  });
  // Whoever made it need not end it: it goes with the tests.
  server.unref().listen(0, "127.0.0.1");
  await once(server, "listening");
  const put = (mail: Mail) => {
    mails.push({ raw: raw(mail), isRead: false });
    for (const socket of waiting.keys()) say(socket, exists());
  };
  const admit = () => (refusal = undefined);
  return { port: (server.address() as AddressInfo).port, put, admit };
}
