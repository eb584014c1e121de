// What was said, oldest first; notes clearly apart.
import { Avatar, Badge, Group, Paper, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { DeskAttachment, DeskMessage, DeskTicket } from "../api";
import { ago, moment } from "../figures";
import { Attachments } from "./Files";

function Said(props: { who: string; at: string; body: string; files: DeskAttachment[]; note?: boolean }) {
  const { t } = useTranslation();
  return (
    <Paper
      withBorder
      p="md"
      component="article"
      bg={props.note ? "light-dark(var(--mantine-color-yellow-0), rgba(245, 190, 66, 0.1))" : undefined}
    >
      <Group justify="space-between" mb="xs" wrap="nowrap">
        <Group gap="xs" wrap="nowrap">
          <Avatar name={props.who} color="initials" size="sm" aria-hidden />
          <Text fw={600} size="sm">
            {props.who}
          </Text>
          {props.note && (
            <Badge color="yellow" variant="light" radius="sm">
              {t("ticket.note")}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed" component="time" dateTime={props.at} title={moment(props.at)}>
          {ago(props.at)}
        </Text>
      </Group>
      <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {props.body}
      </Text>
      <Attachments files={props.files} />
    </Paper>
  );
}

/** The description and all that followed. */
export function Conversation({ ticket }: { ticket: DeskTicket }) {
  const customer = ticket.creator?.name ?? ticket.customer_name ?? ticket.customer_email ?? "";
  return (
    <Stack gap="sm">
      <Said who={customer} at={ticket.created_at} body={ticket.description} files={ticket.attachments} />
      {ticket.messages.map((message: DeskMessage) => (
        <Said
          key={message.id}
          who={message.user.name}
          at={message.created_at}
          body={message.body}
          files={message.attachments}
          note={message.type === "note"}
        />
      ))}
    </Stack>
  );
}
