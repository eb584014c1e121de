// Credentials that somebody shared for a ticket: for whoever has it, until they expire.
import { Button, Card, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconEye, IconEyeOff, IconKey } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import {
  type DeskTicket,
  type DeveloperCredential,
  getV1TicketsByTicketCredentials,
  getV1TicketsByTicketCredentialsByCredential,
} from "../api";
import { ago, moment } from "../figures";
import { Copy } from "../frame/Copy";
import { answer } from "../frame/queries";
import { useMe } from "../session/session";

/** The ticket as that surface calls it. */
const named = (ticket: DeskTicket) => `TICK-${ticket.id}`;

interface Revealed {
  credentials: Record<string, unknown>;
  notes: string | null;
}

function Values({ credentials, notes }: Revealed) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs">
      {Object.entries(credentials).map(([name, value]) => {
        const text = typeof value === "string" ? value : JSON.stringify(value);
        return (
          <Group key={name} gap="xs" align="flex-end" wrap="nowrap">
            <TextInput size="xs" label={name} value={text} readOnly flex={1} autoComplete="off" />
            <Copy text={text} label={t("act.copy")} size="xs" />
          </Group>
        );
      })}
      {notes && (
        <Text size="sm" className="as-written">
          {notes}
        </Text>
      )}
    </Stack>
  );
}

function One({ ticket, one }: { ticket: DeskTicket; one: DeveloperCredential }) {
  const { t } = useTranslation();
  // What was read stays out of the cache: it is gone with this card.
  const reveal = useMutation({
    gcTime: 0,
    mutationFn: async () =>
      (await answer(
        getV1TicketsByTicketCredentialsByCredential({ path: { ticket: named(ticket), credential: one.id } }),
      )) as unknown as Revealed,
  });
  const shown = reveal.data;
  return (
    <Stack gap="xs" component="li">
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <div style={{ minWidth: 0, overflowWrap: "anywhere" }}>
          <Text size="sm" fw={550}>
            {one.type}
          </Text>
          <Text size="xs" c="dimmed" title={moment(one.expires_at)}>
            {t("vault.expires", { when: ago(one.expires_at) })}
          </Text>
        </div>
        <Button
          size="compact-sm"
          variant="default"
          loading={reveal.isPending}
          leftSection={shown ? <IconEyeOff size={14} aria-hidden /> : <IconEye size={14} aria-hidden />}
          onClick={() => (shown ? reveal.reset() : reveal.mutate())}
          aria-label={`${t(shown ? "vault.hide" : "vault.reveal")}: ${one.type}`}
        >
          {t(shown ? "vault.hide" : "vault.reveal")}
        </Button>
      </Group>
      {shown && <Values {...shown} />}
    </Stack>
  );
}

/** The card with what was shared; none where nothing was, or where somebody else has the ticket. */
export function Vault({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const me = useMe();
  const { data } = useQuery({
    queryKey: ["ticket", ticket.id, "vault"],
    queryFn: async () =>
      (await answer(getV1TicketsByTicketCredentials({ path: { ticket: named(ticket) } }))).credentials,
    enabled: ticket.assigned_to === me.id,
  });
  if (ticket.assigned_to !== me.id || !data || data.length === 0) return null;
  return (
    <Card withBorder component="section" aria-label={t("vault.title")}>
      <Group gap="xs" mb={4}>
        <IconKey size={16} aria-hidden />
        <Title order={2} size="h5">
          {t("vault.title")}
        </Title>
      </Group>
      <Text size="xs" c="dimmed" mb="sm">
        {t("vault.hint")}
      </Text>
      <Stack gap="sm" component="ul" p={0} m={0}>
        {data.map((one) => (
          <One key={one.id} ticket={ticket} one={one} />
        ))}
      </Stack>
    </Card>
  );
}
