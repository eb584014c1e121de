// What a webhook delivered lately, and a way to do it again.
import { Badge, Button, Group, Modal, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import {
  type DeskWebhook,
  type DeskWebhookDelivery,
  postWebhooksByIdDeliveriesByDeliveryReplay,
  postWebhooksByIdPing,
} from "../api";
import { exact, moment } from "../figures";
import { answer } from "../frame/queries";
import { type Column, Rows } from "../frame/Rows";
import { useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { said } from "../said";
import { deliveries } from "./webhook";

const COLOURS = { waiting: "gray", delivered: "teal", failed: "red" } as const;

/** The log of one webhook. */
export function Deliveries({ webhook, close }: { webhook: DeskWebhook; close: () => void }) {
  const { t } = useTranslation();
  const log = useQuery(deliveries(webhook.id));
  const again = [deliveries(webhook.id).queryKey];
  const ping = useSave({
    ask: () => answer(postWebhooksByIdPing({ path: { id: webhook.id } })),
    again,
  });
  const replay = useSave({
    ask: (delivery: number) =>
      answer(postWebhooksByIdDeliveriesByDeliveryReplay({ path: { id: webhook.id, delivery } })),
    again,
  });
  const columns: Column<DeskWebhookDelivery>[] = [
    { label: t("settings.webhook.event"), cell: (one) => one.kind },
    {
      label: t("settings.webhook.state"),
      cell: (one) => (
        <>
          <Badge variant="light" color={COLOURS[one.status]}>
            {t(`settings.webhook.is.${one.status}`)}
          </Badge>
          {one.status !== "delivered" && (one.last_error ?? one.last_status) && (
            <Text size="xs" c="dimmed">
              {one.last_error ? said(one.last_error) : one.last_status}
            </Text>
          )}
        </>
      ),
    },
    { label: t("settings.webhook.tries"), figure: true, cell: (one) => exact(one.tries) },
    { label: t("settings.webhook.happened"), cell: (one) => moment(one.created_at) },
    {
      label: t("act.title"),
      unseen: true,
      cell: (one) => (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => replay.mutate(one.id)}
          aria-label={`${t("settings.webhook.again")}: ${one.kind}, ${moment(one.created_at)}`}
        >
          {t("settings.webhook.again")}
        </Button>
      ),
    },
  ];
  return (
    <Modal opened onClose={close} title={t("settings.webhook.log", { name: webhook.name })} size="xl">
      <Group justify="flex-end" mb="sm">
        <Button variant="default" loading={ping.isPending} onClick={() => ping.mutate(undefined)}>
          {t("settings.webhook.ping")}
        </Button>
      </Group>
      <Loaded query={log}>
        {(rows) => (
          <Rows rows={rows} columns={columns} id={(one) => one.id} none={t("settings.webhook.nothing")} />
        )}
      </Loaded>
    </Modal>
  );
}
