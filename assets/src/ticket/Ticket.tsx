// One ticket: the conversation, and beside it everything that helps to answer it.
import { Grid, Group, Stack } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Navigate, useNavigate, useParams } from "@tanstack/react-router";
import { useRef } from "react";
import { useTranslation } from "react-i18next";

import type { DeskTicket } from "../api";
import { TextLink } from "../frame/links";
import { Page } from "../frame/Page";
import { Refused } from "../frame/queries";
import { Failed, Loaded } from "../frame/State";
import { useSeen } from "../live/notifications";
import { useMe } from "../session/session";
import { useList } from "./back";
import { PriorityBadge, StatusBadge } from "./Badges";
import { Conversation } from "./Conversation";
import { Customer } from "./Customer";
import { Deleted } from "./Deleted";
import { Devices } from "./Devices";
import { type Kind, useKind } from "./draft";
import { Fields } from "./Fields";
import { Linked } from "./Linked";
import { Merged } from "./Merged";
import { More } from "./More";
import { usePresence } from "./presence";
import { AlsoWriting, Present } from "./Present";
import { Properties } from "./Properties";
import { Time } from "./Time";
import { Trail } from "./Trail";
import { ticket, useChange } from "./ticket";
import { Vault } from "./Vault";
import { Write } from "./Write";

function Beside({ ticket }: { ticket: DeskTicket }) {
  return (
    <Stack>
      <Properties ticket={ticket} />
      <Vault ticket={ticket} />
      <Customer ticket={ticket} />
      <Devices ticket={ticket.id} />
      <Fields ticket={ticket} />
      <Linked ticket={ticket} />
      <Merged ticket={ticket} />
      <Time ticket={ticket} />
      <Trail activities={ticket.activities} />
    </Stack>
  );
}

function Found({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const list = useList();
  useSeen(ticket.id);
  const change = useChange(ticket.id);
  const { others, write: typing, rest } = usePresence(ticket.id);
  const [kind, setKind] = useKind(ticket.id);
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
    ["s", () => document.getElementById("ticket-status")?.focus()],
    ["p", () => document.getElementById("ticket-priority")?.focus()],
    ["u", () => void navigate({ to: "/console/tickets", search: list })],
  ]);
  return (
    <Page
      title={ticket.subject}
      hint={`${ticket.ticket_number} · ${ticket.project.name}`}
      actions={
        <>
          <Present others={others} />
          <PriorityBadge priority={ticket.priority} />
          <StatusBadge status={ticket.status} />
          <More ticket={ticket} />
        </>
      }
    >
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7, lg: 8 }}>
          <Stack>
            <Conversation ticket={ticket} />
            <Write
              ticket={ticket.id}
              said={ticket.messages.length}
              kind={kind}
              setKind={setKind}
              box={box}
              writing={typing}
              resting={rest}
            >
              <AlsoWriting others={others} />
            </Write>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5, lg: 4 }} component="aside" aria-label={t("ticket.beside")}>
          <Beside ticket={ticket} />
        </Grid.Col>
      </Grid>
    </Page>
  );
}

function Shown({ ticket, asked }: { ticket: DeskTicket; asked: number }) {
  if (ticket.id !== asked) {
    // It was merged into another.
    return <Navigate to="/console/tickets/$id" params={{ id: String(ticket.id) }} state replace />;
  }
  return ticket.deleted_at ? <Deleted ticket={ticket} /> : <Found key={ticket.id} ticket={ticket} />;
}

/** The page of a ticket. */
export function Ticket() {
  const { t } = useTranslation();
  const id = Number(useParams({ from: "/console/tickets/$id" }).id);
  const list = useList();
  const query = useQuery(ticket(id));
  // Somebody deleted it, or took it away from whoever looks at it: what is still known of it can no longer be worked on.
  const gone = query.error instanceof Refused && query.error.status === 404 ? query.error : null;
  return (
    <>
      <Group mb="xs">
        <TextLink to="/console/tickets" search={list} size="sm">
          {t(Object.keys(list).length > 0 ? "ticket.back" : "ticket.all")}
        </TextLink>
      </Group>
      {gone ? (
        <Failed error={gone} />
      ) : (
        <Loaded query={query}>{(found) => <Shown ticket={found} asked={id} />}</Loaded>
      )}
    </>
  );
}
