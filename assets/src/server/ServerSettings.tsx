// What is set for a server; enrolling it anew; removing it.
import { Button, Card, Code, DataList, Group, Modal, Stack, Text, Title } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { FleetServer } from "../api";
import { moment } from "../figures";
import { Loaded } from "../frame/State";
import { Enrolment } from "./Enrolment";
import { server, useEnrollment, useRemoval, useSettings } from "./server";
import { ServerForm } from "./ServerForm";

function Agent({ found }: { found: FleetServer }) {
  const { t } = useTranslation();
  const enrollment = useEnrollment(found.id);
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="sm">
        {t("server.agent")}
      </Title>
      <Stack gap="sm">
        <DataList orientation="vertical">
          <DataList.Item>
            <DataList.ItemLabel>{t("server.key")}</DataList.ItemLabel>
            <DataList.ItemValue>
              {found.public_key ? (
                <Code style={{ overflowWrap: "anywhere" }}>{found.public_key}</Code>
              ) : (
                t("server.keyMissing")
              )}
            </DataList.ItemValue>
          </DataList.Item>
          <DataList.Item>
            <DataList.ItemLabel>{t("server.registered")}</DataList.ItemLabel>
            <DataList.ItemValue>{moment(found.created_at)}</DataList.ItemValue>
          </DataList.Item>
        </DataList>
        <Text size="sm" c="dimmed">
          {t("server.enrolHint")}
        </Text>
        <Group>
          <Button variant="default" onClick={() => enrollment.mutate()} loading={enrollment.isPending}>
            {t("server.newLine")}
          </Button>
        </Group>
      </Stack>
      <Modal
        opened={enrollment.data !== undefined}
        onClose={() => enrollment.reset()}
        title={t("server.enrol", { name: found.name })}
        size="lg"
        closeOnClickOutside={false}
      >
        {enrollment.data && (
          <Enrolment id={found.id} name={found.name} command={enrollment.data.install_command} />
        )}
      </Modal>
    </Card>
  );
}

function Removal({ found }: { found: FleetServer }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const removal = useRemoval(found.id);
  const ask = () =>
    modals.openConfirmModal({
      title: t("server.deleteTitle", { name: found.name }),
      children: <Text size="sm">{t("server.deleteHint")}</Text>,
      labels: { confirm: t("server.delete"), cancel: t("cancel") },
      confirmProps: { color: "red" },
      onConfirm: () =>
        removal.mutate(undefined, { onSuccess: () => void navigate({ to: "/console/servers" }) }),
    });
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="sm">
        {t("server.delete")}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t("server.deleteHint")}
      </Text>
      <Group>
        <Button color="red" variant="light" onClick={ask} loading={removal.isPending}>
          {t("server.delete")}
        </Button>
      </Group>
    </Card>
  );
}

/** Everything that the form shows, as one text. */
function shown(server: FleetServer): string {
  const { name, endpoint, address, address6, dns, allowed_ips, mtu, keepalive, is_public } = server;
  return JSON.stringify([name, endpoint, address, address6, dns, allowed_ips, mtu, keepalive, is_public]);
}

/** A server's settings, for admins. */
export function ServerSettings({ id }: { id: string }) {
  const { t } = useTranslation();
  const query = useQuery(server(id));
  const settings = useSettings(id);
  return (
    <Loaded query={query}>
      {(found) => (
        <Stack maw={640}>
          <Card withBorder component="section">
            <ServerForm
              // Devices come and go without it: only what the form shows makes it begin anew.
              key={shown(found)}
              server={found}
              submit={({ id: _id, ...change }, refused) =>
                settings.mutate(change, {
                  onError: refused,
                  onSuccess: () => notifications.show({ color: "teal", message: t("saved") }),
                })
              }
              pending={settings.isPending}
              label={t("save")}
            />
          </Card>
          <Agent found={found} />
          <Removal found={found} />
        </Stack>
      )}
    </Loaded>
  );
}
