// How the servers are, for those who connect to them: with a session, and for everybody.
import { Alert, Card, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
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

/** The portal's page of servers. */
export function Status() {
  const { t } = useTranslation();
  const query = useQuery(statuses);
  return (
    <Page title={t("server.statusTitle")}>
      <Loaded query={query}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={t("server.none")} />
          ) : (
            <Stack>
              <Summary all={all} />
              <SimpleGrid cols={{ base: 1, sm: 2 }}>
                {all.map((one) => (
                  <Card key={one.server_id} withBorder component="article">
                    <Group justify="space-between" wrap="nowrap">
                      <Text fw={650} truncate>
                        {one.name}
                      </Text>
                      <OnlineBadge status={one} />
                    </Group>
                    {one.online && one.ping_ms !== null && (
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

/** The page for everybody, of the servers that an admin shows there. */
export function PublicStatus() {
  const { t } = useTranslation();
  const query = useQuery(publicStatus);
  return (
    <Page title={t("server.statusTitle")}>
      <Loaded query={query}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={t("server.nonePublic")} />
          ) : (
            <Stack>
              <Summary all={all} />
              <SimpleGrid cols={{ base: 1, sm: 2 }}>
                {all.map((one, index) => (
                  <Card key={index} withBorder component="article">
                    <Group justify="space-between" wrap="nowrap">
                      <Text fw={650} truncate>
                        {one.name}
                      </Text>
                      <OnlineBadge status={one} />
                    </Group>
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
