// The outbox: what was mailed, what waits, what could not be delivered.
import { Badge, Button, Group, SegmentedControl, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import {
  type DeskMailState,
  type DeskQueuedMail,
  getOutbox,
  postMailTest,
  postOutboxByUuidReplay,
} from "../api";
import { moment } from "../figures";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { type Column, Rows } from "../frame/Rows";
import { useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { said } from "../said";

const STATES: DeskMailState[] = ["waiting", "failed", "delivered"];
const COLOURS = { waiting: "gray", delivered: "teal", failed: "red" } as const;

/** The newest mails of a state. */
export function Mails() {
  const { t } = useTranslation();
  const [state, setState] = useState<DeskMailState>("waiting");
  const mails = useQuery({
    queryKey: ["outbox", state],
    queryFn: async () => (await answer(getOutbox({ query: { state, per_page: 100 } }))).mails,
  });
  const replay = useSave({
    ask: (uuid: string) => answer(postOutboxByUuidReplay({ path: { uuid } })),
    again: [["outbox"]],
  });
  const test = useSave({
    ask: () => answer(postMailTest()),
    again: [["outbox"]],
    done: (done) => notifications.show({ message: said(done.message), color: done.sent ? "teal" : "red" }),
  });
  const columns: Column<DeskQueuedMail>[] = [
    {
      label: t("settings.mail.to"),
      cell: (mail) => (
        <>
          <Text size="sm">{mail.address}</Text>
          <Text size="xs" c="dimmed">
            {t(`settings.mail.template.${mail.template}`)}
          </Text>
        </>
      ),
    },
    {
      label: t("settings.webhook.state"),
      cell: (mail) => (
        <>
          <Badge variant="light" color={COLOURS[mail.state]}>
            {t(`settings.webhook.is.${mail.state}`)}
          </Badge>
          {mail.error && (
            <Text size="xs" c="dimmed">
              {said(mail.error)}
            </Text>
          )}
        </>
      ),
    },
    { label: t("settings.added"), cell: (mail) => moment(mail.created_at) },
    { label: t("settings.mail.next"), cell: (mail) => mail.next_attempt_at && moment(mail.next_attempt_at) },
    {
      label: t("act.title"),
      unseen: true,
      cell: (mail) => (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => replay.mutate(mail.uuid)}
          aria-label={`${t("settings.webhook.again")}: ${mail.address}`}
        >
          {t("settings.webhook.again")}
        </Button>
      ),
    },
  ];
  return (
    <Page
      title={t("settings.area.mails")}
      actions={
        <Button variant="default" loading={test.isPending} onClick={() => test.mutate(undefined)}>
          {t("settings.mail.test")}
        </Button>
      }
    >
      <Group mb="sm">
        <SegmentedControl
          aria-label={t("settings.webhook.state")}
          value={state}
          onChange={(value) => setState(value as DeskMailState)}
          data={STATES.map((one) => ({ value: one, label: t(`settings.webhook.is.${one}`) }))}
        />
      </Group>
      <Loaded query={mails}>
        {(rows) => (
          <Rows
            rows={rows}
            columns={columns}
            id={(mail) => mail.uuid}
            none={t("settings.mail.none")}
            minWidth={780}
          />
        )}
      </Loaded>
    </Page>
  );
}
