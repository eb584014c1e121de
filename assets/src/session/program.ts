// A browser and a system in the words that people know them by.
const BROWSERS = [
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
] as const;

const SYSTEMS = [
  ["Android", "Android"],
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Windows", "Windows"],
  ["Mac OS X", "macOS"],
  ["Linux", "Linux"],
] as const;

/** What a user agent calls itself, in short; what is neither browser nor system says its first word. */
export function program(agent: string | null): string | undefined {
  if (!agent) return undefined;
  const find = (words: readonly (readonly [string, string])[]) =>
    words.find(([mark]) => agent.includes(mark))?.[1];
  const known = [find(BROWSERS), find(SYSTEMS)].filter((word) => word !== undefined);
  return known.join(" · ") || agent.split(" ")[0];
}
