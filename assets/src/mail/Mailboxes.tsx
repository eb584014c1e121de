// The mailboxes that mails are taken from, and how it goes with each.
import { Badge, Button, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { deleteMailboxesById, type DeskMailbox, postMailboxesByIdTest } from "../api";
import { ago, exact, moment } from "../figures";
import { Acts } from "../frame/Acts";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { type Column, Rows } from "../frame/Rows";
import { useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { said } from "../said";
import { AddButton } from "../settings/AddButton";
import { projects } from "../settings/project";
import { mailboxes } from "./mailbox";
import { MailboxForm } from "./MailboxForm";

const AGAIN = [mailboxes.queryKey];

/** Host and port; an address of IPv6 has colons of its own. */
const place = ({ host, port }: DeskMailbox) => `${host.includes(":") ? `[${host}]` : host}:${port}`;

function State({ mailbox }: { mailbox: DeskMailbox }) {
  const { t } = useTranslation();
  const { is_active, failing_since: since, last_fetch_at, last_error } = mailbox;
  const state = () => {
    if (!is_active) return { color: "gray", word: t("mailbox.off") };
    if (since) return { color: "red", word: t("mailbox.failing") };
    if (last_fetch_at) return { color: "teal", word: t("mailbox.read") };
    return { color: "gray", word: t("mailbox.new") };
  };
  const { color, word } = state();
  return (
    <>
      <Badge variant="light" color={color} miw="max-content">
        {word}
      </Badge>
      {last_error && (
        <Text size="xs" c="dimmed" mt={4} style={{ overflowWrap: "anywhere" }}>
          {since && <b title={ago(since)}>{t("mailbox.since", { since: moment(since) })} </b>}
          {said(last_error)}
        </Text>
      )}
    </>
  );
}

function Looked({ at }: { at: string | null }) {
  const { t } = useTranslation();
  if (!at) return t("mailbox.never");
  return (
    <Text size="sm" component="time" dateTime={at} title={moment(at)}>
      {ago(at)}
    </Text>
  );
}

/** All of them. */
export function Mailboxes() {
  const { t } = useTranslation();
  const [open, setOpen] = useState<DeskMailbox | "new" | null>(null);
  const all = useQuery(mailboxes);
  const { data: known } = useQuery(projects);
  const remove = useSave({
    ask: (id: number) => answer(deleteMailboxesById({ path: { id } })),
    again: AGAIN,
  });
  const test = useSave({
    ask: (id: number) => answer(postMailboxesByIdTest({ path: { id } })),
    again: AGAIN,
    // What went wrong stays until it was read.
    done: ({ works, message }) =>
      notifications.show({
        color: works ? "teal" : "red",
        message: said(message),
        autoClose: works ? 8_000 : false,
      }),
  });
  const columns: Column<DeskMailbox>[] = [
    {
      label: t("settings.name"),
      cell: (mailbox) => (
        <div style={{ minWidth: 140, overflowWrap: "anywhere" }}>
          <Text size="sm" fw={550}>
            {mailbox.name}
          </Text>
          <Text size="xs" c="dimmed">
            {t("mailbox.at", {
              user: mailbox.username,
              place: place(mailbox),
              folder: mailbox.folder,
            })}
          </Text>
        </div>
      ),
    },
    {
      label: t("ticket.project"),
      cell: ({ project_id: id }) =>
        id ? known?.find((project) => project.id === id)?.name : t("mailbox.usualProject"),
    },
    { label: t("settings.state"), cell: (mailbox) => <State mailbox={mailbox} /> },
    { label: t("mailbox.looked"), cell: (mailbox) => <Looked at={mailbox.last_fetch_at} /> },
    { label: t("mailbox.taken"), figure: true, cell: (mailbox) => exact(mailbox.taken) },
    {
      label: t("act.title"),
      unseen: true,
      cell: (mailbox) => (
        <Acts
          name={mailbox.name}
          edit={() => setOpen(mailbox)}
          remove={{ text: t("mailbox.deleteHint"), act: () => remove.mutate(mailbox.id) }}
        >
          <Button
            size="compact-sm"
            variant="default"
            loading={test.isPending && test.variables === mailbox.id}
            onClick={() => test.mutate(mailbox.id)}
            aria-label={`${t("mailbox.test")}: ${mailbox.name}`}
          >
            {t("mailbox.test")}
          </Button>
        </Acts>
      ),
    },
  ];
  return (
    <Page
      title={t("settings.area.mailboxes")}
      hint={t("mailbox.hint")}
      actions={<AddButton word={t("mailbox.add")} act={() => setOpen("new")} />}
    >
      <Loaded query={all}>
        {(rows) => (
          <Rows
            rows={rows}
            columns={columns}
            id={(mailbox) => mailbox.id}
            none={t("mailbox.none")}
            noneHint={t("mailbox.noneHint")}
            minWidth={800}
          />
        )}
      </Loaded>
      {open && <MailboxForm mailbox={open === "new" ? undefined : open} close={() => setOpen(null)} />}
    </Page>
  );
}
