// What was said, oldest first: the customer, the staff and notes each look like themselves.
import { Badge, Group, Paper, Stack, Text } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { DeskAttachment, DeskChannelWord, DeskMessage, DeskMessageMail, DeskTicket } from "../api";
import { ago, moment } from "../figures";
import { AsWritten } from "../frame/AsWritten";
import { Face } from "../frame/Face";
import { Markdown } from "../frame/Markdown";
import { isStaff, useMe } from "../session/session";
import { Attachments } from "./Files";
import { Original, Trust } from "./Received";

/** Whose words they are. */
type Side = "customer" | "staff" | "note";

const LOOKS = {
  customer: { color: "gray", edge: "var(--mantine-color-default-border)", bg: undefined },
  staff: {
    color: "cyan",
    edge: "var(--mantine-color-cyan-6)",
    bg: "rgba(21, 170, 191, 0.07)",
  },
  note: {
    color: "yellow",
    edge: "var(--mantine-color-yellow-6)",
    bg: "light-dark(var(--mantine-color-yellow-0), rgba(245, 190, 66, 0.1))",
  },
} as const;

interface Words {
  who: string;
  side: Side;
  /** Whether they are the reader's own words, as a customer. */
  own?: boolean;
  at: string;
  body: string;
  /** Whether they came by mail: no Markdown. */
  plain: boolean;
  files: DeskAttachment[];
  /** The way they came in, where staff are told. */
  channel?: DeskChannelWord | null | false;
  /** What staff are told of the mail that they came by. */
  mail?: DeskMessageMail | undefined;
}

function Said({ who, side, own, at, body, plain, files, channel, mail }: Words) {
  const { t } = useTranslation();
  const { color, edge, bg } = LOOKS[side];
  return (
    <Paper
      withBorder
      p="md"
      component="article"
      aria-label={t(`conversation.by.${side}`, { who })}
      {...(bg && { bg })}
      style={{ borderInlineStart: `4px ${side === "note" ? "dashed" : "solid"} ${edge}` }}
    >
      <Group justify="space-between" mb="xs" gap="xs">
        <Group gap="xs">
          <Face name={who} size="sm" aria-hidden />
          <Text fw={600} size="sm">
            {who}
          </Text>
          <Badge
            color={color}
            variant="light"
            radius="sm"
            miw="max-content"
            leftSection={side === "note" && <IconLock size={12} aria-hidden />}
          >
            {t(`conversation.${own ? "you" : side}`)}
          </Badge>
        </Group>
        <Text size="xs" c="dimmed">
          {channel && `${t(`conversation.channel.${channel}`)} · `}
          <time dateTime={at} title={moment(at)}>
            {ago(at)}
          </time>
        </Text>
      </Group>
      {mail && <Trust mail={mail} />}
      {plain ? <AsWritten text={body} /> : <Markdown text={body} />}
      <Attachments files={files} />
      {mail && <Original mail={mail} />}
    </Paper>
  );
}

/** The description and all that followed. */
export function Conversation({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const me = useMe();
  const { creator } = ticket;
  const isOwn = !isStaff(me);
  const customer = creator?.name ?? ticket.customer_name ?? ticket.customer_email ?? t("conversation.nobody");
  // Not by who has the ticket now: what was merged into it, or changed hands, was written by other customers.
  const side = ({ type, is_staff }: DeskMessage): Side =>
    type === "note" ? "note" : is_staff ? "staff" : "customer";
  return (
    <Stack gap="sm" component="section" aria-label={t("conversation.title")}>
      <Said
        who={customer}
        side="customer"
        own={isOwn && creator?.id === me.id}
        at={ticket.created_at}
        body={ticket.description}
        plain={ticket.channel === "mail"}
        files={ticket.attachments}
        channel={!isOwn && ticket.channel}
        mail={ticket.mail}
      />
      {ticket.messages.map((message) => (
        <Said
          key={message.id}
          who={message.user.name || message.mail?.from || t("conversation.nobody")}
          side={side(message)}
          own={isOwn && message.user.id === me.id}
          at={message.created_at}
          body={message.body}
          plain={message.channel === "mail"}
          files={message.attachments}
          channel={!isOwn && message.channel}
          mail={message.mail}
        />
      ))}
    </Stack>
  );
}
