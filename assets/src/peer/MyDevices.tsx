// The portal's page of one's own devices, over all servers.
import { Button, Card, Center, Group, Loader, Modal, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconQrcode } from "@tabler/icons-react";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { FleetPeer } from "../api";
import { ago, moment } from "../figures";
import { ButtonLink } from "../frame/links";
import { Page } from "../frame/Page";
import { Empty, Failed, Loaded } from "../frame/State";
import { useTick } from "../frame/tick";
import { statuses, useNames } from "../server/server";
import { useMe } from "../session/session";
import { StandingBadge, Used } from "./Badges";
import { Configuration } from "./Configuration";
import { peers } from "./peer";

interface Mine {
  server: string;
  peer: FleetPeer;
}

function Device({ mine, name, show }: { mine: Mine; name: string; show: () => void }) {
  const { t } = useTranslation();
  const { peer } = mine;
  return (
    <Card withBorder component="article">
      <Stack gap="xs" h="100%">
        <Group justify="space-between" wrap="nowrap">
          <Text fw={650} truncate>
            {peer.name}
          </Text>
          <StandingBadge peer={peer} />
        </Group>
        <Text size="sm" c="dimmed">
          {name} · {peer.address}
        </Text>
        <Text size="sm" component="div">
          <Used peer={peer} />
        </Text>
        <Text size="xs" c="dimmed">
          {peer.latestHandshakeAt
            ? t("device.connectedAgo", { ago: ago(peer.latestHandshakeAt) })
            : t("device.neverConnected")}
        </Text>
        {peer.expiresAt && (
          <Text size="xs" c="dimmed">
            {t("device.until", { moment: moment(peer.expiresAt) })}
          </Text>
        )}
        <Button
          mt="auto"
          variant="light"
          onClick={show}
          leftSection={<IconQrcode size={16} aria-hidden />}
          aria-label={t("device.connectNamed", { name: peer.name })}
        >
          {t("device.connect")}
        </Button>
      </Stack>
    </Card>
  );
}

function Every({ servers }: { servers: string[] }) {
  const { t } = useTranslation();
  useTick();
  const me = useMe();
  const name = useNames();
  const lists = useQueries({ queries: servers.map((server) => peers(server)) });
  const [shown, setShown] = useState<Mine>();
  const failed = lists.find((list) => list.error && !list.data);
  const mine = lists.flatMap((list, index) =>
    (list.data ?? [])
      // Admins are answered every device.
      .filter((peer) => peer.userId === String(me.id))
      .map((peer): Mine => ({ server: servers[index] ?? "", peer })),
  );
  if (lists.some((list) => list.isPending)) {
    return (
      <Center p="xl">
        <Loader aria-label={t("loading")} />
      </Center>
    );
  }
  return (
    <Stack>
      {failed?.error && <Failed error={failed.error} again={() => void failed.refetch()} />}
      {mine.length === 0 && !failed && (
        <Empty title={t("device.mineNone")} hint={t("device.mineNoneHint")}>
          <ButtonLink to="/portal/tickets/new">{t("ownTicket.new")}</ButtonLink>
        </Empty>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {mine.map((one) => (
          <Device key={one.peer.id} mine={one} name={name(one.server)} show={() => setShown(one)} />
        ))}
      </SimpleGrid>
      <Modal
        opened={shown !== undefined}
        onClose={() => setShown(undefined)}
        title={shown?.peer.name}
        size="lg"
      >
        {shown && (
          <Stack>
            <Text size="sm">{t("device.connectHint")}</Text>
            <Configuration server={shown.server} peer={shown.peer.id} name={shown.peer.name} />
          </Stack>
        )}
      </Modal>
    </Stack>
  );
}

/** The page. */
export function MyDevices() {
  const { t } = useTranslation();
  const query = useQuery(statuses);
  return (
    <Page title={t("portal.devices")}>
      <Loaded query={query}>{(all) => <Every servers={all.map((one) => one.server_id)} />}</Loaded>
    </Page>
  );
}
