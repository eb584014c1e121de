// One of one's own tickets: what was said, and what one can do about it.
import { Button, Group, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { DeskTicket } from "../../api";
import { moment } from "../../figures";
import { TextLink } from "../../frame/links";
import { Page } from "../../frame/Page";
import { Loaded } from "../../frame/State";
import { useMe } from "../../session/session";
import { StatusBadge } from "../Badges";
import { Conversation } from "../Conversation";
import { isOver } from "../filter";
import { ticket, useChange } from "../ticket";
import { Write } from "../Write";
import { OwnFields } from "./OwnFields";
import { Rate } from "./Rate";

function Move({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const change = useChange(ticket.id);
  const over = isOver(ticket.status);
  return (
    <Group gap="xs">
      {over && (
        <Button
          variant="light"
          loading={change.isPending}
          onClick={() => change.mutate({ kind: "status", status: "open" })}
        >
          {t("ownTicket.reopen")}
        </Button>
      )}
      {ticket.status !== "closed" && (
        <Button
          variant="default"
          loading={change.isPending}
          onClick={() => change.mutate({ kind: "status", status: "closed" })}
        >
          {t("ownTicket.close")}
        </Button>
      )}
    </Group>
  );
}

function Found({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <Page
      title={ticket.subject}
      hint={`${ticket.ticket_number} · ${t("ownTicket.filed", { at: moment(ticket.created_at) })}`}
      actions={
        <>
          <StatusBadge status={ticket.status} own />
          <Move ticket={ticket} />
        </>
      }
    >
      <Stack>
        <OwnFields ticket={ticket} />
        <Conversation ticket={ticket} />
        {(isOver(ticket.status) || ticket.rating) && ticket.creator?.id === me.id && <Rate ticket={ticket} />}
        {ticket.status !== "closed" && <Write ticket={ticket.id} said={ticket.messages.length} />}
      </Stack>
    </Page>
  );
}

/** The page of one of one's own tickets. */
export function OwnTicket() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/portal/tickets/$id" });
  const query = useQuery(ticket(Number(id)));
  return (
    <>
      <TextLink to="/portal/tickets" size="sm">
        {t("ownTicket.all")}
      </TextLink>
      <Loaded query={query}>{(found) => <Found key={found.id} ticket={found} />}</Loaded>
    </>
  );
}
