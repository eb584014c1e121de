// One server: how it is and was, its devices, its settings.
import { Alert, Card, Center, Loader, Stack, Tabs } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";

import type { FleetServerStatus } from "../api";
import { Page } from "../frame/Page";
import { Empty, Loaded } from "../frame/State";
import { isAdmin, useMe } from "../session/session";
import { Faults } from "./Faults";
import { Figures, OnlineBadge, Seen } from "./Health";
import type { Tab } from "./routes";
import { isBehind, servers, statuses, useNames } from "./server";

// Charts are as heavy as the rest of the page: they come after it.
const History = lazy(async () => ({ default: (await import("./History")).History }));
const Devices = lazy(async () => ({ default: (await import("../peer/Peers")).Peers }));
const Settings = lazy(async () => ({ default: (await import("./ServerSettings")).ServerSettings }));

function Now({ status }: { status: FleetServerStatus }) {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  const all = useQuery({ ...servers, enabled: admin });
  const revision = all.data?.find((one) => one.id === status.server_id)?.revision;
  return (
    <>
      <Card withBorder component="section" aria-label={t("server.now")}>
        <Stack gap="sm">
          <Figures status={status} wide />
          <Seen status={status} />
        </Stack>
      </Card>
      {isBehind(status, revision) && (
        <Alert color="blue" variant="light" icon={<IconRefresh aria-hidden />}>
          {t("server.behind")}
        </Alert>
      )}
      <Faults faults={status.errors} />
    </>
  );
}

/** The page of a server. */
export function Server() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/console/servers/$id" });
  const { tab = "health" } = useSearch({ from: "/console/servers/$id" });
  const navigate = useNavigate({ from: "/console/servers/$id" });
  const admin = isAdmin(useMe());
  const name = useNames();
  const query = useQuery(statuses);
  const turn = (to: string | null) =>
    void navigate({ search: to === "health" ? {} : { tab: to as Tab }, replace: true });
  const waiting = (
    <Center p="xl">
      <Loader aria-label={t("loading")} />
    </Center>
  );
  return (
    <Loaded query={query}>
      {(all) => {
        const status = all.find((one) => one.server_id === id);
        if (!status) return <Empty title={t("problem.missing")}>{t("problem.missingHint")}</Empty>;
        return (
          <Page title={name(id)} hint={id} actions={<OnlineBadge status={status} />}>
            <Tabs value={admin ? tab : "health"} onChange={turn} keepMounted={false}>
              {admin && (
                <Tabs.List mb="md">
                  <Tabs.Tab value="health">{t("server.health")}</Tabs.Tab>
                  <Tabs.Tab value="devices">{t("place.devices")}</Tabs.Tab>
                  <Tabs.Tab value="settings">{t("place.settings")}</Tabs.Tab>
                </Tabs.List>
              )}
              <Suspense fallback={waiting}>
                <Tabs.Panel value="health">
                  <Stack>
                    <Now status={status} />
                    <History id={id} />
                  </Stack>
                </Tabs.Panel>
                <Tabs.Panel value="devices">
                  <Devices server={id} />
                </Tabs.Panel>
                <Tabs.Panel value="settings">
                  <Settings id={id} />
                </Tabs.Panel>
              </Suspense>
            </Tabs>
          </Page>
        );
      }}
    </Loaded>
  );
}
