// Bringing back a ticket that was deleted.
import { Alert, Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { DeskTicket } from "../api";
import { ago } from "../figures";
import { useChange } from "./ticket";

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
