// What needs attention, at a glance: each number leads to what it counts.
import { SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { getAdminReportsDashboard } from "../api";
import { CardLink } from "../frame/links";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { Loaded } from "../frame/State";
import { ALARM } from "../frame/theme";
import { exact } from "../figures";
import { statuses } from "../server/server";
import { isAdmin, useMe } from "../session/session";
import { FirstSteps } from "./FirstSteps";
import { Queue } from "./Queue";

function Figure({ label, count, alarm }: { label: string; count: number; alarm?: boolean }) {
  return (
    <>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text size="xl" fw={700} className="figure" c={alarm && count > 0 ? ALARM : undefined}>
        {exact(count)}
      </Text>
    </>
  );
}

/** The first page of the console. */
export function Overview() {
  const { t } = useTranslation();
  const tickets = useQuery({
    queryKey: ["dashboard"],
    queryFn: () => answer(getAdminReportsDashboard({ query: {} })),
  });
  const servers = useQuery(statuses);
  const admin = isAdmin(useMe());
  return (
    <Page title={t("place.overview")}>
      {admin && <FirstSteps />}
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t("place.tickets")}
        </Title>
        <Loaded query={tickets}>
          {(figures) => (
            <SimpleGrid cols={{ base: 2, md: 4 }}>
              <CardLink withBorder to="/console/tickets" search={{ status: "open" }}>
                <Figure label={t("overview.open")} count={figures.by_status.open} />
              </CardLink>
              <CardLink withBorder to="/console/tickets" search={{ unassigned: true }}>
                <Figure label={t("overview.unassigned")} count={figures.unassigned} />
              </CardLink>
              <CardLink withBorder to="/console/tickets" search={{ overdue: true }}>
                <Figure label={t("overview.breached")} count={figures.sla_breached} alarm />
              </CardLink>
              <CardLink withBorder to="/console/tickets" search={{ status: "pending_customer" }}>
                <Figure label={t("overview.pending")} count={figures.by_status.pending} />
              </CardLink>
            </SimpleGrid>
          )}
        </Loaded>
        <Queue />
      </Stack>
      <Stack gap="xs">
        <Title order={2} size="h4">
          {t("place.servers")}
        </Title>
        <Loaded query={servers}>
          {(all) => (
            <SimpleGrid cols={{ base: 2, md: 4 }}>
              <CardLink withBorder to="/console/servers">
                <Figure label={t("overview.online")} count={all.filter((one) => one.online).length} />
              </CardLink>
              <CardLink withBorder to="/console/servers">
                <Figure label={t("overview.offline")} count={all.filter((one) => !one.online).length} alarm />
              </CardLink>
            </SimpleGrid>
          )}
        </Loaded>
      </Stack>
    </Page>
  );
}
