// One device: what is known of it, its configuration, and what can be changed.
import { Button, Code, DataList, Drawer, Group, Stack, Tabs, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { FleetPeer } from "../api";
import { ago, bytes, moment } from "../figures";
import { StandingBadge, Used } from "./Badges";
import { Configuration } from "./Configuration";
import { OwnerName } from "./Owner";
import { useChange, useRemoval, useSwitch } from "./peer";
import { PeerForm } from "./PeerForm";

function Facts({ peer }: { peer: FleetPeer }) {
  const { t } = useTranslation();
  const facts: [string, ReactNode][] = [
    ["standing.title", <StandingBadge key="standing" peer={peer} />],
    ["owner", peer.userId === null ? "–" : <OwnerName key="owner" user={peer.userId} />],
    ["address", [peer.address, peer.address6].filter(Boolean).join(", ")],
    ["handshake", peer.latestHandshakeAt ? ago(peer.latestHandshakeAt) : t("device.never")],
    ["endpoint", peer.endpoint ?? "–"],
    ["traffic", <Used key="used" peer={peer} />],
    ["received", bytes(peer.transferRx)],
    ["sent", bytes(peer.transferTx)],
    ["expires", peer.expiresAt ? moment(peer.expiresAt) : t("device.never")],
    ["preshared", t(peer.presharedKey ? "yes" : "no")],
    [
      "publicKey",
      <Code key="key" style={{ overflowWrap: "anywhere" }}>
        {peer.publicKey}
      </Code>,
    ],
    ["created", moment(peer.createdAt)],
  ];
  return (
    <DataList withDivider labelWidth="140px">
      {facts.map(([word, value]) => (
        <DataList.Item key={word}>
          <DataList.ItemLabel>{t(`device.${word}`)}</DataList.ItemLabel>
          <DataList.ItemValue style={{ overflowWrap: "anywhere", minWidth: 0 }}>{value}</DataList.ItemValue>
        </DataList.Item>
      ))}
    </DataList>
  );
}

function Actions({ server, peer, close }: { server: string; peer: FleetPeer; close: () => void }) {
  const { t } = useTranslation();
  const toggle = useSwitch(server);
  const removal = useRemoval(server);
  const remove = () =>
    modals.openConfirmModal({
      title: t("device.deleteTitle", { name: peer.name }),
      children: <Text size="sm">{t("device.deleteHint")}</Text>,
      labels: { confirm: t("device.delete"), cancel: t("cancel") },
      confirmProps: { color: "red" },
      onConfirm: () => removal.mutate(peer.id, { onSuccess: close }),
    });
  return (
    <Group>
      <Button
        variant="default"
        onClick={() => toggle.mutate({ peer: peer.id, enabled: !peer.enabled })}
        loading={toggle.isPending}
      >
        {t(peer.enabled ? "device.disable" : "device.enable")}
      </Button>
      <Button color="red" variant="light" onClick={remove} loading={removal.isPending}>
        {t("device.delete")}
      </Button>
    </Group>
  );
}

function Body({ server, peer, close }: { server: string; peer: FleetPeer; close: () => void }) {
  const { t } = useTranslation();
  const change = useChange(server, peer.id);
  return (
    <Tabs defaultValue="facts" keepMounted={false}>
      <Tabs.List mb="md">
        <Tabs.Tab value="facts">{t("device.facts")}</Tabs.Tab>
        <Tabs.Tab value="configuration">{t("device.configuration")}</Tabs.Tab>
        <Tabs.Tab value="edit">{t("device.edit")}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="facts">
        <Stack>
          <Facts peer={peer} />
          <Actions server={server} peer={peer} close={close} />
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="configuration">
        <Configuration server={server} peer={peer.id} name={peer.name} />
      </Tabs.Panel>
      <Tabs.Panel value="edit">
        <PeerForm
          peer={peer}
          submit={(body, _inBrowser, refused) =>
            change.mutate(body, {
              onError: refused,
              onSuccess: () => notifications.show({ color: "teal", message: t("saved") }),
            })
          }
          pending={change.isPending}
          label={t("save")}
        />
      </Tabs.Panel>
    </Tabs>
  );
}

/** The drawer of a device, open while there is one. */
export function Peer(props: { server: string; peer: FleetPeer | undefined; close: () => void }) {
  const { server, peer, close } = props;
  return (
    <Drawer opened={peer !== undefined} onClose={close} position="right" size="lg" title={peer?.name}>
      {peer && <Body key={peer.id} server={server} peer={peer} close={close} />}
    </Drawer>
  );
}
