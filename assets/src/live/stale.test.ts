// What is asked again after something happened.
import { expect, test } from "vitest";

import { stale } from "./stale";

test("what happens to a ticket touches it, the lists and the figures", () => {
  const data = { id: 1, kind: "comment.created", ticket: { id: 7 }, content: { message_id: 3 } };
  expect(stale({ kind: "comment.created", data })).toEqual([
    ["tickets"],
    ["dashboard"],
    ["mailboxes"],
    ["ticket", 7],
  ]);
});

test("what happens to a device touches the devices of its server, and those beside tickets", () => {
  const data = { id: 1, kind: "peer.updated", ticket: null, content: { server_id: "la", client_id: "x" } };
  expect(stale({ kind: "peer.updated", data })).toEqual([["peers", "la"], ["devices"]]);
});

test("what servers measure touches how they and their devices are and were, and nothing that people set", () => {
  expect(stale({ kind: "server.measured", data: {} })).toEqual([["statuses"], ["history"], ["devices"]]);
});

test("a kind that is not known touches nothing", () => {
  expect(stale({ kind: "weather.changed", data: null })).toEqual([]);
});
