// Deleting a ticket, and bringing it back.
import { Alert, Button, Group, Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { DeskTicket } from "../api";
import { ago } from "../figures";
import { useChange } from "./ticket";

/** Deletes a ticket after asking. */
export function Delete({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const change = useChange(ticket.id);
  const confirm = () =>
    modals.openConfirmModal({
      title: t("ticket.deleteTitle", { number: ticket.ticket_number }),
      children: <Text size="sm">{t("ticket.deleteHint")}</Text>,
      labels: { confirm: t("ticket.delete"), cancel: t("ticket.keep") },
      confirmProps: { color: "red" },
      onConfirm: () =>
        change.mutate({ kind: "delete" }, { onSuccess: () => void navigate({ to: "/console/tickets" }) }),
    });
  return (
    <Button
      size="xs"
      variant="subtle"
      color="red"
      c="var(--mantine-color-red-light-color)"
      onClick={confirm}
      loading={change.isPending}
    >
      {t("ticket.delete")}
    </Button>
  );
}

/** Says that a ticket was deleted, and restores it. */
export function Deleted({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const change = useChange(ticket.id);
  if (!ticket.deleted_at) return null;
  return (
    <Alert color="orange" title={t("ticket.deleted", { ago: ago(ticket.deleted_at) })}>
      <Group>
        {t("ticket.deletedHint")}
        <Button size="xs" onClick={() => change.mutate({ kind: "restore" })} loading={change.isPending}>
          {t("ticket.restore")}
        </Button>
      </Group>
    </Alert>
  );
}
