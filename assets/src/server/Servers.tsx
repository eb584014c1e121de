// How the servers are.
import { Badge, Card, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { type FleetServerStatus, getStatuses } from "../api";
import { ago, bytes, exact, milliseconds } from "../figures";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { Empty, Loaded } from "../frame/State";

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm" fw={600} className="figure">
        {value}
      </Text>
    </div>
  );
}

function Server({ server }: { server: FleetServerStatus }) {
  const { t } = useTranslation();
  const unknown = "–";
  return (
    <Card withBorder component="article">
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap">
          <Text fw={650}>{server.server_id}</Text>
          <Badge color={server.online ? "teal" : "red"} variant="light">
            {t(server.online ? "server.online" : "server.offline")}
          </Badge>
        </Group>
        <SimpleGrid cols={2} spacing="xs">
          <Figure
            label={t("server.latency")}
            value={server.ping_ms === null ? unknown : milliseconds(server.ping_ms)}
          />
          <Figure label={t("server.peers")} value={server.peers === null ? unknown : exact(server.peers)} />
          <Figure
            label={t("server.received")}
            value={server.transfer_rx === null ? unknown : bytes(server.transfer_rx)}
          />
          <Figure
            label={t("server.sent")}
            value={server.transfer_tx === null ? unknown : bytes(server.transfer_tx)}
          />
        </SimpleGrid>
        <Text size="xs" c="dimmed">
          {server.reported_at ? t("server.seen", { ago: ago(server.reported_at) }) : t("server.never")}
        </Text>
      </Stack>
    </Card>
  );
}

/** Every server. */
export function Servers() {
  const { t } = useTranslation();
  const statuses = useQuery({ queryKey: ["statuses"], queryFn: () => answer(getStatuses()) });
  return (
    <Page title={t("place.servers")}>
      <Loaded query={statuses}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={t("server.none")}>{t("server.noneHint")}</Empty>
          ) : (
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
              {all.map((server) => (
                <Server key={server.server_id} server={server} />
              ))}
            </SimpleGrid>
          )
        }
      </Loaded>
    </Page>
  );
}
