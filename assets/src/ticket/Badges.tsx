// Where a ticket stands, how much it presses, and when it is due: the same wherever a ticket is shown.
import { Badge, Text, Tooltip } from "@mantine/core";
import { IconClockExclamation } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { ago, moment } from "../figures";
import type { Priority, Status } from "./filter";

const STATUS_COLORS: Record<Status, string> = {
  open: "blue",
  in_progress: "cyan",
  pending_customer: "grape",
  resolved: "teal",
  closed: "gray",
};

const PRIORITY_COLORS: Record<Priority, string> = {
  low: "gray",
  medium: "blue",
  high: "orange",
  critical: "red",
};

/** Where a ticket stands; its customer is told when it is their turn. */
export function StatusBadge({ status, own }: { status: Status; own?: boolean }) {
  const { t } = useTranslation();
  return (
    <Badge variant="light" color={STATUS_COLORS[status]} radius="sm" miw="max-content">
      {t(own && status === "pending_customer" ? "ownTicket.yourTurn" : `ticket.status.${status}`)}
    </Badge>
  );
}

/** How much a ticket presses. */
export function PriorityBadge({ priority }: { priority: Priority }) {
  const { t } = useTranslation();
  return (
    <Badge variant="dot" color={PRIORITY_COLORS[priority]} radius="sm" miw="max-content">
      {t(`ticket.priority.${priority}`)}
    </Badge>
  );
}

/** When something is due; red once it is over. */
export function Deadline({ at, missed }: { at: string | null; missed: boolean }) {
  const { t } = useTranslation();
  if (missed) {
    return (
      <Badge
        color="red"
        variant="light"
        radius="sm"
        miw="max-content"
        leftSection={<IconClockExclamation size={12} aria-hidden />}
      >
        {t("ticket.breached")}
      </Badge>
    );
  }
  if (!at) return null;
  return (
    <Tooltip label={moment(at)}>
      <Text size="sm" c="dimmed" component="time" dateTime={at}>
        {ago(at)}
      </Text>
    </Tooltip>
  );
}
