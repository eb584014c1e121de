// Programs elsewhere that are told what happens.
import { Badge, Button, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { deleteWebhooksById, type DeskWebhook, postWebhooksByIdRotate } from "../api";
import { ago } from "../figures";
import { Acts } from "../frame/Acts";
import { confirm } from "../frame/confirm";
import { Once } from "../frame/Once";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { type Column, Rows } from "../frame/Rows";
import { useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { AddButton } from "./AddButton";
import { Deliveries } from "./Deliveries";
import { webhooks } from "./webhook";
import { WebhookForm } from "./WebhookForm";

const AGAIN = [webhooks.queryKey];

function State({ webhook }: { webhook: DeskWebhook }) {
  const { t } = useTranslation();
  if (!webhook.is_active)
    return (
      <>
        <Badge variant="light" color="gray">
          {t("settings.webhook.off")}
        </Badge>
        {webhook.disabled_reason && (
          <Text size="xs" c="dimmed">
            {webhook.disabled_reason}
          </Text>
        )}
      </>
    );
  return webhook.failing_since ? (
    <Badge variant="light" color="red">
      {t("settings.webhook.failing", { since: ago(webhook.failing_since) })}
    </Badge>
  ) : (
    <Badge variant="light" color="teal">
      {t("settings.active")}
    </Badge>
  );
}

/** All of them. */
export function Webhooks() {
  const { t } = useTranslation();
  const [open, setOpen] = useState<DeskWebhook | "new" | null>(null);
  const [log, setLog] = useState<DeskWebhook | null>(null);
  const [made, setMade] = useState<DeskWebhook | null>(null);
  const all = useQuery(webhooks);
  const remove = useSave({
    ask: (id: number) => answer(deleteWebhooksById({ path: { id } })),
    again: AGAIN,
  });
  const rotate = useSave({
    ask: async (id: number) => (await answer(postWebhooksByIdRotate({ path: { id } }))).webhook,
    again: AGAIN,
    done: setMade,
  });
  const columns: Column<DeskWebhook>[] = [
    {
      label: t("settings.name"),
      cell: (webhook) => (
        <>
          <Text size="sm" fw={550}>
            {webhook.name}
          </Text>
          <Text size="xs" c="dimmed" lineClamp={1}>
            {webhook.url}
          </Text>
        </>
      ),
    },
    {
      label: t("settings.webhook.events"),
      cell: (webhook) => webhook.events.join(", ") || t("settings.webhook.everything"),
    },
    { label: t("settings.webhook.state"), cell: (webhook) => <State webhook={webhook} /> },
    {
      label: t("act.title"),
      unseen: true,
      cell: (webhook) => (
        <Acts
          name={webhook.name}
          edit={() => setOpen(webhook)}
          remove={{ text: t("settings.webhook.deleteHint"), act: () => remove.mutate(webhook.id) }}
        >
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => setLog(webhook)}
            aria-label={t("settings.webhook.log", { name: webhook.name })}
          >
            {t("settings.webhook.deliveries")}
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`${t("settings.webhook.rotate")}: ${webhook.name}`}
            onClick={() =>
              confirm(webhook.name, t("settings.webhook.rotateHint"), t("settings.webhook.rotate"), () =>
                rotate.mutate(webhook.id),
              )
            }
          >
            {t("settings.webhook.rotate")}
          </Button>
        </Acts>
      ),
    },
  ];
  return (
    <Page
      title={t("settings.area.webhooks")}
      actions={<AddButton word={t("settings.webhook.add")} act={() => setOpen("new")} />}
    >
      <Loaded query={all}>
        {(rows) => (
          <Rows
            rows={rows}
            columns={columns}
            id={(webhook) => webhook.id}
            none={t("settings.webhook.none")}
            noneHint={t("settings.webhook.noneHint")}
            minWidth={860}
          />
        )}
      </Loaded>
      {open && (
        <WebhookForm webhook={open === "new" ? undefined : open} close={() => setOpen(null)} done={setMade} />
      )}
      {log && <Deliveries webhook={log} close={() => setLog(null)} />}
      {made?.secret && (
        <Once
          title={made.name}
          hint={t("settings.onceHint")}
          values={[{ label: t("settings.pair.secret"), value: made.secret }]}
          close={() => setMade(null)}
        />
      )}
    </Page>
  );
}
