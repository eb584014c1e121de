// The console's page of devices: those of the server that one chooses.
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Page } from "../frame/Page";
import { Empty, Loaded } from "../frame/State";
import { servers } from "../server/server";
import { Peers } from "./Peers";

/** The page; it begins with the first server. */
export function Devices() {
  const { t } = useTranslation();
  const query = useQuery(servers);
  const { server } = useSearch({ from: "/console/admin/devices" });
  const navigate = useNavigate();
  return (
    <Loaded query={query}>
      {(all) => {
        const chosen = all.find((one) => one.id === server) ?? all[0];
        const choose = chosen && (
          <Select
            aria-label={t("device.server")}
            data={all.map((one) => ({ value: one.id, label: one.name }))}
            value={chosen.id}
            onChange={(to) => to && void navigate({ to: "/console/devices", search: { server: to } })}
            allowDeselect={false}
            searchable
          />
        );
        return (
          <Page title={t("place.devices")} actions={choose}>
            {chosen ? (
              <Peers key={chosen.id} server={chosen.id} />
            ) : (
              <Empty title={t("server.none")}>{t("server.noneHint")}</Empty>
            )}
          </Page>
        );
      }}
    </Loaded>
  );
}
