// Keys made in the browser.
import { expect, test } from "vitest";

import { makeKeyPair, withPrivateKey } from "./key";

const bytes = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

test("the public half is the private one times the base point", async () => {
  const { privateKey, publicKey } = await makeKeyPair();
  const secret = bytes(privateKey);
  expect(secret.length).toBe(32);
  // What PKCS #8 says before the 32 bytes of an X25519 key (RFC 8410).
  const head = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32];
  const form = { name: "X25519" };
  const own = await crypto.subtle.importKey("pkcs8", Uint8Array.from([...head, ...secret]), form, false, [
    "deriveBits",
  ]);
  const base = await crypto.subtle.importKey("raw", new Uint8Array(32).fill(9, 0, 1), form, false, []);
  const made = await crypto.subtle.deriveBits({ ...form, public: base }, own, 256);
  expect(new Uint8Array(made)).toEqual(bytes(publicKey));
});

test("the private key stands where wg-quick looks for it", () => {
  expect(withPrivateKey("[Interface]\nAddress = 10.8.0.2/32\n\n[Peer]\n", "a$&b=")).toBe(
    "[Interface]\nPrivateKey = a$&b=\nAddress = 10.8.0.2/32\n\n[Peer]\n",
  );
});
