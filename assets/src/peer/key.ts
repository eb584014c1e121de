// Keys that are made in the browser: the private half never leaves it.

/** A WireGuard key pair, both halves in base64. */
export interface KeyPair {
  privateKey: string;
  publicKey: string;
}

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** Whether this page may make keys: browsers allow it over HTTPS and on the machine itself. */
export const canMakeKeys = (): boolean => globalThis.crypto?.subtle !== undefined;

/** Makes a key pair; fails in browsers that do not know X25519. */
export async function makeKeyPair(): Promise<KeyPair> {
  const made = await crypto.subtle.generateKey({ name: "X25519" }, true, ["deriveBits"]);
  if (!("privateKey" in made)) throw new Error("X25519 makes pairs.");
  const [jwk, raw] = await Promise.all([
    crypto.subtle.exportKey("jwk", made.privateKey),
    crypto.subtle.exportKey("raw", made.publicKey),
  ]);
  const letters = atob((jwk.d ?? "").replaceAll("-", "+").replaceAll("_", "/"));
  const secret = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  if (secret.length !== 32) throw new Error("An X25519 key has 32 bytes.");
  // Every use of the key does this anyway (RFC 7748, 5): wg shows keys that way.
  secret[0] = (secret[0] ?? 0) & 248;
  secret[31] = ((secret[31] ?? 0) & 127) | 64;
  return { privateKey: base64(secret), publicKey: base64(new Uint8Array(raw)) };
}

/** A configuration that lacks the private key, with it. */
export const withPrivateKey = (configuration: string, privateKey: string): string =>
  configuration.replace("[Interface]\n", () => `[Interface]\nPrivateKey = ${privateKey}\n`);
