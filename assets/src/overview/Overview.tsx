// What needs attention, at a glance: each number leads to what it counts.
import { Stack, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import { Page } from "../frame/Page";
import { isAdmin, useMe } from "../session/session";
import { Fleet } from "./Fleet";
import { FirstSteps } from "./FirstSteps";
import { Waiting } from "./Waiting";
import { Queue } from "./Queue";

/** The first page of the console. */
export function Overview() {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  return (
    <Page title={t("place.overview")}>
      {admin && <FirstSteps />}
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t("place.tickets")}
        </Title>
        <Waiting />
        <Queue />
      </Stack>
      <Stack gap="sm">
        <Title order={2} size="h4">
          {t("place.servers")}
        </Title>
        <Fleet />
      </Stack>
    </Page>
  );
}
