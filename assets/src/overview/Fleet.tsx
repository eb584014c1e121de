// The servers: how many answer, and those to look at first with their latency, devices and traffic.
import { Card, Group, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { FleetServerStatus } from "../api";
import { bytes, exact, milliseconds } from "../figures";
import { CardLink, TextLink } from "../frame/links";
import { Loaded } from "../frame/State";
import { FaultCount } from "../server/Faults";
import { OnlineBadge } from "../server/Health";
import { grown } from "../server/rates";
import { hourly, statuses } from "../server/server";
import { Figure } from "./Figure";

/** So many are shown. */
const MOST = 8;
const UNKNOWN = "–";

/** What does not answer comes first, then what complains, then what most devices use. */
function first(all: FleetServerStatus[]): FleetServerStatus[] {
  const rank = (one: FleetServerStatus) => (one.online ? (one.errors.length > 0 ? 1 : 2) : 0);
  const order = (a: FleetServerStatus, b: FleetServerStatus) =>
    rank(a) - rank(b) || (b.peers ?? 0) - (a.peers ?? 0);
  return [...all].sort(order).slice(0, MOST);
}

function Row({ status }: { status: FleetServerStatus }) {
  const samples = useQuery(hourly(status.server_id)).data;
  const { ping_ms, peers } = status.online ? status : { ping_ms: null, peers: null };
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <TextLink to="/console/servers/$id" params={{ id: status.server_id }} size="sm" fw={550} truncate>
            {status.name}
          </TextLink>
          <OnlineBadge status={status} />
          <FaultCount faults={status.errors} />
        </Group>
      </Table.Td>
      <Table.Td className="figure">{ping_ms === null ? UNKNOWN : milliseconds(ping_ms)}</Table.Td>
      <Table.Td className="figure">{peers === null ? UNKNOWN : exact(peers)}</Table.Td>
      <Table.Td className="figure">
        {samples ? bytes(grown(samples, "transfer_rx") + grown(samples, "transfer_tx")) : UNKNOWN}
      </Table.Td>
    </Table.Tr>
  );
}

/** Each leads to where there is more. */
export function Fleet() {
  const { t } = useTranslation();
  return (
    <Loaded query={useQuery(statuses)}>
      {(all) => {
        const online = all.filter((one) => one.online);
        const offline = all.length - online.length;
        const faulty = all.filter((one) => one.errors.length > 0).length;
        const devices = online.reduce((sum, one) => sum + (one.peers ?? 0), 0);
        return (
          <Stack gap="sm">
            <SimpleGrid cols={{ base: 2, md: 4 }}>
              <CardLink withBorder to="/console/servers">
                <Figure label={t("overview.online")} value={exact(online.length)} isZero={!online.length} />
              </CardLink>
              <CardLink withBorder to="/console/servers">
                <Figure label={t("overview.offline")} value={exact(offline)} isZero={!offline} tone="alarm" />
              </CardLink>
              <CardLink withBorder to="/console/servers">
                <Figure label={t("overview.faulty")} value={exact(faulty)} isZero={!faulty} tone="care" />
              </CardLink>
              <CardLink withBorder to="/console/servers">
                <Figure label={t("overview.devices")} value={exact(devices)} isZero={!devices} />
              </CardLink>
            </SimpleGrid>
            {all.length > 0 && (
              <Card withBorder>
                <Table.ScrollContainer minWidth={420} type="native">
                  <Table verticalSpacing="xs" layout="auto">
                    <Table.Thead>
                      <Table.Tr>
                        <Table.Th>{t("overview.server")}</Table.Th>
                        <Table.Th>{t("server.latency")}</Table.Th>
                        <Table.Th>{t("server.peers")}</Table.Th>
                        <Table.Th>{t("overview.traffic")}</Table.Th>
                      </Table.Tr>
                    </Table.Thead>
                    <Table.Tbody>
                      {first(all).map((status) => (
                        <Row key={status.server_id} status={status} />
                      ))}
                    </Table.Tbody>
                  </Table>
                </Table.ScrollContainer>
                {all.length > MOST && (
                  <Text size="xs" c="dimmed" mt="xs">
                    {t("overview.more", { count: all.length - MOST })}
                  </Text>
                )}
              </Card>
            )}
          </Stack>
        );
      }}
    </Loaded>
  );
}
