// What is asked again after something happened.
import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";

import { EVENTS, TOLD } from "./kinds";
import { isAbout, stale } from "./stale";

const keys = (kind: string, data: unknown = {}) => stale({ kind, data }).map(({ queryKey }) => queryKey);

test("what happens to a ticket touches it, the lists and the figures", () => {
  const data = { id: 1, kind: "comment.created", ticket: { id: 7 }, content: { message_id: 3 } };
  expect(keys("comment.created", data)).toEqual([["tickets"], ["dashboard"], ["mailboxes"], ["ticket", 7]]);
});

test("what happens to a device touches the devices of its server, and those beside tickets", () => {
  const data = { id: 1, kind: "peer.updated", ticket: null, content: { server_id: "la", client_id: "x" } };
  expect(keys("peer.updated", data)).toEqual([["peers", "la"], ["devices"]]);
});

test("what servers measure touches how they and their devices are and were, and nothing that people set", () => {
  const servers = ["la"];
  expect(stale({ kind: "server.measured", data: { servers } })).toEqual([
    { queryKey: ["statuses"] },
    { queryKey: ["history"], servers },
    { queryKey: ["peers"], servers },
    { queryKey: ["devices"], servers },
  ]);
});

test("only what is about the servers that have measured is asked again, all where they are too many to name", () => {
  const queries = new QueryClient();
  queries.setQueryData(["peers", "la"], []);
  queries.setQueryData(["peers", "fra"], []);
  queries.setQueryData(["history", "fra", "hourly"], []);
  queries.setQueryData(["devices", 1], [{ server: { id: "la" } }, { server: { id: "fra" } }]);
  queries.setQueryData(["devices", 2], [{ server: { id: "la" } }]);
  queries.setQueryData(["devices", 3], []);
  const all = queries.getQueryCache().getAll();
  const asked = (servers: string[] | null) =>
    all.filter((query) => isAbout(query, servers)).map(({ queryKey }) => queryKey);
  expect(asked(["fra"])).toEqual([
    ["peers", "fra"],
    ["history", "fra", "hourly"],
    ["devices", 1],
  ]);
  expect(asked([])).toEqual([]);
  expect(asked(null)).toEqual(all.map(({ queryKey }) => queryKey));
});

test("a mailbox that begins to fail, and one that recovers, touches the mailboxes", () => {
  expect(keys("mailbox.failing")).toEqual([["mailboxes"]]);
  expect(keys("mailbox.recovered")).toEqual([["mailboxes"]]);
});

test("where something may have been missed, everything is asked again", () => {
  expect(keys("ready")).toEqual([[]]);
  expect(keys("reset")).toEqual([[]]);
});

test("everything that can happen touches something, and is listened for", () => {
  expect(EVENTS.filter((kind) => keys(kind).length === 0)).toEqual([]);
  expect(TOLD).toEqual(expect.arrayContaining([...EVENTS, "server.measured", "ticket.gone"]));
});

test("a kind that is not known touches nothing", () => {
  expect(stale({ kind: "weather.changed", data: null })).toEqual([]);
});
