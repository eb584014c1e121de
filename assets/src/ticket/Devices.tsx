// The devices of a ticket's customer: what a helpdesk elsewhere would have to ask for.
import { Badge, Card, Group, Stack, Switch, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { type DeskTicketDevice, getTicketsByIdDevices, postWgClientsByServerByPeerByAction } from "../api";
import { ago } from "../figures";
import { TextLink } from "../frame/links";
import { answer } from "../frame/queries";
import { useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { useTick } from "../frame/tick";
import { StandingBadge, Used } from "../peer/Badges";
import { isAdmin, useMe } from "../session/session";

const lately = (device: DeskTicketDevice) => ({
  enabled: device.enabled,
  expiresAt: device.expires_at,
  latestHandshakeAt: device.latest_handshake_at,
  quotaBytes: device.quota_bytes,
  transferRx: device.transfer_rx,
  transferTx: device.transfer_tx,
});

function Device({ device, ticket }: { device: DeskTicketDevice; ticket: number }) {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  const { server } = device;
  const change = useSave({
    ask: (enabled: boolean) =>
      answer(
        postWgClientsByServerByPeerByAction({
          path: { server: server.id, peer: device.id, action: enabled ? "enable" : "disable" },
        }),
      ),
    again: [["devices", ticket]],
  });
  return (
    <Stack gap={4} component="li">
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" fw={550} truncate>
          {device.name}
        </Text>
        <StandingBadge peer={lately(device)} />
      </Group>
      <Group justify="space-between" wrap="nowrap">
        <Text size="xs" c="dimmed">
          {device.latest_handshake_at
            ? t("ticket.handshake", { when: ago(device.latest_handshake_at) })
            : t("ticket.noHandshake")}
        </Text>
        <Text size="xs" component="span">
          <Used peer={lately(device)} />
        </Text>
      </Group>
      <Group justify="space-between" wrap="nowrap">
        <Group gap="xs" wrap="nowrap">
          <TextLink to="/console/servers/$id" params={{ id: server.id }} size="xs">
            {server.name}
          </TextLink>
          <Badge size="xs" variant="light" color={server.online ? "teal" : "red"}>
            {t(server.online ? "server.online" : "server.offline")}
          </Badge>
        </Group>
        {admin && (
          <Switch
            size="xs"
            checked={device.enabled}
            disabled={change.isPending}
            onChange={(event) => change.mutate(event.currentTarget.checked)}
            label={t("ticket.letIn")}
            aria-label={`${t("ticket.letIn")}: ${device.name}`}
          />
        )}
      </Group>
    </Stack>
  );
}

/** The devices, beside the conversation. */
export function Devices({ ticket }: { ticket: number }) {
  const { t } = useTranslation();
  useTick();
  const devices = useQuery({
    queryKey: ["devices", ticket],
    queryFn: async () => (await answer(getTicketsByIdDevices({ path: { id: ticket } }))).devices,
  });
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="sm">
        {t("ticket.devices")}
      </Title>
      <Loaded query={devices}>
        {(all) =>
          all.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t("ticket.noDevices")}
            </Text>
          ) : (
            <Stack gap="md" component="ul" p={0} m={0}>
              {all.map((device) => (
                <Device key={device.id} device={device} ticket={ticket} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Card>
  );
}
