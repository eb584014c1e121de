// Merging a ticket into another, and taking that back.
import { Alert, Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { type DeskTicket, postTicketsByIdMerge } from "../api";
import { answer } from "../frame/queries";
import { Sheet } from "../frame/Sheet";
import { uuidOf } from "./Linked";
import { refreshAll, useUnmerge } from "./Merged";
import { Pick } from "./Pick";

/** Milliseconds in which a merge can be taken back at hand. */
const AT_HAND = 60_000;

function Undo({ merged, done }: { merged: DeskTicket; done: () => void }) {
  const { t } = useTranslation();
  const undo = useUnmerge(merged.uuid, done);
  return (
    <Group justify="space-between">
      <Text size="sm">{t("merge.done", { number: merged.ticket_number })}</Text>
      <Button size="xs" variant="default" loading={undo.isPending} onClick={() => undo.mutate()}>
        {t("merge.undo")}
      </Button>
    </Group>
  );
}

/** The box in which one says into which ticket. */
export function Merge({ ticket, close }: { ticket: DeskTicket; close: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [picked, pick] = useState<number | null>(null);
  const merge = useMutation({
    mutationFn: async (into: number) =>
      answer(postTicketsByIdMerge({ path: { id: ticket.uuid }, body: { into: await uuidOf(into) } })),
    onSuccess: async (_, into) => {
      close();
      await navigate({ to: "/console/tickets/$id", params: { id: String(into) }, state: true });
      await refreshAll();
      const id = notifications.show({
        autoClose: AT_HAND,
        color: "teal",
        title: t("merge.merged"),
        message: (
          <Undo
            merged={ticket}
            done={() => {
              notifications.hide(id);
              void navigate({ to: "/console/tickets/$id", params: { id: String(ticket.id) } });
            }}
          />
        ),
      });
    },
  });
  return (
    <Sheet
      title={t("merge.title", { number: ticket.ticket_number })}
      close={close}
      pending={merge.isPending}
      word={t("merge.do")}
      submit={(event) => {
        event.preventDefault();
        if (picked !== null) merge.mutate(picked);
      }}
    >
      <Pick
        label={t("merge.into")}
        except={ticket.id}
        project={ticket.project.id}
        value={picked}
        pick={pick}
        autoFocus
      />
      <Alert color="blue" p="xs">
        {t("merge.hint")}
      </Alert>
    </Sheet>
  );
}
