// The tickets that this one has to do with.
import { ActionIcon, Button, Card, Group, Stack, Text, Title, Tooltip } from "@mantine/core";
import { IconLinkOff, IconLinkPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { type DeskOneTicket, type DeskTicket, getTicketsById, type HelpdeskTicketStatus } from "../api";
import { TextLink } from "../frame/links";
import { answer } from "../frame/queries";
import { Sheet } from "../frame/Sheet";
import { StatusBadge } from "./Badges";
import type { Status } from "./filter";
import { briefOf, moreOf, useMore } from "./more";
import { Pick } from "./Pick";

/** The desk's word for a status. */
const word = (status: HelpdeskTicketStatus): Status => (status === "pending" ? "pending_customer" : status);

/** A ticket's UUID by its number. */
export const uuidOf = async (id: number): Promise<string> =>
  ((await answer(getTicketsById({ path: { id } }))) as DeskOneTicket).ticket.uuid;

function Other({ uuid, part, unlink }: { uuid: string; part?: boolean; unlink: () => void }) {
  const { t } = useTranslation();
  const other = useQuery(briefOf(uuid)).data;
  if (!other) return null;
  const what = t(part ? "linked.leave" : "linked.unlink", { subject: other.subject });
  return (
    <Group component="li" justify="space-between" wrap="nowrap" gap="xs">
      <div style={{ minWidth: 0 }}>
        {part && (
          <Text size="xs" c="dimmed">
            {t("linked.partOf")}
          </Text>
        )}
        <TextLink
          to="/console/tickets/$id"
          params={{ id: String(other.ticketNumber) }}
          size="sm"
          truncate
          display="block"
        >
          {other.subject}
        </TextLink>
      </div>
      <Group gap={4} wrap="nowrap">
        <StatusBadge status={word(other.status)} />
        <Tooltip label={what}>
          <ActionIcon variant="subtle" color="gray" size="sm" onClick={unlink} aria-label={what}>
            <IconLinkOff size={14} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </Group>
  );
}

function Link({ ticket, linked, close }: { ticket: DeskTicket; linked: string[]; close: () => void }) {
  const { t } = useTranslation();
  const [picked, pick] = useState<number | null>(null);
  const save = useMore(ticket.id, ticket.uuid);
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    if (picked === null) return;
    save.mutate({ linkedTicketIds: [...linked, await uuidOf(picked)] }, { onSuccess: close });
  };
  return (
    <Sheet
      title={t("linked.add")}
      close={close}
      pending={save.isPending}
      word={t("linked.link")}
      submit={(event) => void submit(event)}
    >
      <Pick label={t("linked.which")} except={ticket.id} value={picked} pick={pick} autoFocus />
    </Sheet>
  );
}

/** The card with the others. */
export function Linked({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const more = useQuery(moreOf(ticket.id, ticket.uuid)).data;
  const save = useMore(ticket.id, ticket.uuid);
  if (!more) return null;
  const { linkedTicketIds: linked, parentTicketId: parent } = more;
  return (
    <Card withBorder component="section" aria-label={t("linked.title")}>
      <Group justify="space-between" mb={linked.length > 0 || parent ? "sm" : 0}>
        <Title order={2} size="h5">
          {t("linked.title")}
        </Title>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconLinkPlus size={14} aria-hidden />}
          onClick={() => setOpened(true)}
        >
          {t("linked.add")}
        </Button>
      </Group>
      <Stack gap="xs" component="ul" p={0} m={0}>
        {parent && <Other uuid={parent} part unlink={() => save.mutate({ parentTicketId: null })} />}
        {linked.map((uuid) => (
          <Other
            key={uuid}
            uuid={uuid}
            unlink={() => save.mutate({ linkedTicketIds: linked.filter((one) => one !== uuid) })}
          />
        ))}
      </Stack>
      {opened && <Link ticket={ticket} linked={linked} close={() => setOpened(false)} />}
    </Card>
  );
}
