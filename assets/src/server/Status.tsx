// How the servers are, for those who connect to them: with a session, and for everybody.
import { Alert, Card, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { FleetServerStatus } from "../api";
import { milliseconds } from "../figures";
import { Page } from "../frame/Page";
import { Empty, Loaded } from "../frame/State";
import { OnlineBadge, Seen } from "./Health";
import { publicStatus, statuses } from "./server";

function Summary({ all }: { all: Pick<FleetServerStatus, "online">[] }) {
  const { t } = useTranslation();
  const down = all.filter((one) => !one.online).length;
  return (
    <Alert
      role="status"
      variant="light"
      color={down === 0 ? "teal" : "red"}
      icon={down === 0 ? <IconCircleCheck aria-hidden /> : <IconAlertTriangle aria-hidden />}
      title={down === 0 ? t("server.allOnline") : t("server.someOffline", { count: down })}
    />
  );
}

/** What is told of a server: whoever has a session hears its latency, too. */
type Told = Pick<FleetServerStatus, "name" | "online" | "reported_at"> & Partial<FleetServerStatus>;

function Shown({ query, none }: { query: UseQueryResult<Told[]>; none: string }) {
  const { t } = useTranslation();
  return (
    <Page title={t("server.statusTitle")}>
      <Loaded query={query}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={none} />
          ) : (
            <Stack>
              <Summary all={all} />
              <SimpleGrid cols={{ base: 1, sm: 2 }}>
                {all.map((one, index) => (
                  <Card key={one.server_id ?? index} withBorder component="article">
                    <Group justify="space-between" wrap="nowrap">
                      <Text fw={650} truncate>
                        {one.name}
                      </Text>
                      <OnlineBadge status={one} />
                    </Group>
                    {one.online && typeof one.ping_ms === "number" && (
                      <Text size="sm" className="figure">
                        {t("server.latencyNow", { latency: milliseconds(one.ping_ms) })}
                      </Text>
                    )}
                    <Seen status={one} />
                  </Card>
                ))}
              </SimpleGrid>
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}

/** The portal's page of servers. */
export function Status() {
  const { t } = useTranslation();
  return <Shown query={useQuery(statuses)} none={t("server.none")} />;
}

/** The page for everybody, of the servers that an admin shows there. */
export function PublicStatus() {
  const { t } = useTranslation();
  return <Shown query={useQuery(publicStatus)} none={t("server.nonePublic")} />;
}
