// One ticket: the conversation, and beside it everything that helps to answer it.
import { Grid, Group, Stack } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useRef, useState } from "react";

import type { DeskTicket } from "../api";
import { Page } from "../frame/Page";
import { Loaded } from "../frame/State";
import { isAdmin, useMe } from "../session/session";
import { StatusBadge } from "./Badges";
import { Conversation } from "./Conversation";
import { Devices } from "./Devices";
import { Properties } from "./Properties";
import { Delete, Deleted } from "./Remove";
import { Trail } from "./Trail";
import { ticket, useChange } from "./ticket";
import { type Kind, Write } from "./Write";

function Found({ ticket }: { ticket: DeskTicket }) {
  const me = useMe();
  const navigate = useNavigate();
  const change = useChange(ticket.id);
  const [kind, setKind] = useState<Kind>("reply");
  const box = useRef<HTMLTextAreaElement>(null);
  const write = (what: Kind) => {
    setKind(what);
    box.current?.focus();
    box.current?.scrollIntoView({ block: "center" });
  };
  useHotkeys([
    ["r", () => write("reply")],
    ["n", () => write("note")],
    ["a", () => change.mutate({ kind: "assign", user: me.id })],
    ["u", () => void navigate({ to: "/console/tickets" })],
  ]);
  return (
    <Page
      title={ticket.subject}
      hint={`${ticket.ticket_number} · ${ticket.project.name}`}
      actions={
        <Group gap="xs">
          {isAdmin(me) && !ticket.deleted_at && <Delete ticket={ticket} />}
          <StatusBadge status={ticket.status} />
        </Group>
      }
    >
      <Deleted ticket={ticket} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Stack>
            <Conversation ticket={ticket} />
            {!ticket.deleted_at && <Write ticket={ticket.id} kind={kind} setKind={setKind} box={box} />}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <Properties ticket={ticket} />
            <Devices ticket={ticket.id} />
            <Trail activities={ticket.activities} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}

/** The page of a ticket. */
export function Ticket() {
  const { id } = useParams({ from: "/console/tickets/$id" });
  const query = useQuery(ticket(Number(id)));
  return <Loaded query={query}>{(found) => <Found key={found.id} ticket={found} />}</Loaded>;
}
