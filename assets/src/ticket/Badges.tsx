// Where a ticket stands, how much it presses, and when it is due: the same wherever a ticket is shown.
import { Text, Tooltip } from "@mantine/core";
import { IconClockExclamation } from "@tabler/icons-react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import { ago, moment } from "../figures";
import { type Colour, PlainBadge } from "../frame/plain";
import type { Priority, Status } from "./filter";

const STATUS_COLOURS: Record<Status, Colour> = {
  open: "blue",
  in_progress: "cyan",
  pending_customer: "grape",
  resolved: "teal",
  closed: "gray",
};

const PRIORITY_COLOURS: Record<Priority, Colour> = {
  low: "gray",
  medium: "blue",
  high: "orange",
  critical: "red",
};

/** Where a ticket stands, with the words at hand: a long list looks for them only once. */
export const statusBadge = (status: Status, t: TFunction, own?: boolean) => (
  <PlainBadge colour={STATUS_COLOURS[status]}>
    {t(own && status === "pending_customer" ? "ownTicket.yourTurn" : `ticket.status.${status}`)}
  </PlainBadge>
);

/** Where a ticket stands; its customer is told when it is their turn. */
export function StatusBadge({ status, own }: { status: Status; own?: boolean }) {
  return statusBadge(status, useTranslation().t, own);
}

/** How much a ticket presses, with the words at hand. */
export const priorityBadge = (priority: Priority, t: TFunction) => (
  <PlainBadge colour={PRIORITY_COLOURS[priority]} dotted>
    {t(`ticket.priority.${priority}`)}
  </PlainBadge>
);

/** How much a ticket presses. */
export function PriorityBadge({ priority }: { priority: Priority }) {
  return priorityBadge(priority, useTranslation().t);
}

const breached = (t: TFunction) => (
  <PlainBadge colour="red" icon={<IconClockExclamation size={12} aria-hidden />}>
    {t("ticket.breached")}
  </PlainBadge>
);

/** When something is due, with the words at hand; red once it is over. */
export const deadline = (at: string | null, missed: boolean, t: TFunction) =>
  missed
    ? breached(t)
    : at && (
        <time className="quiet" dateTime={at} title={moment(at)}>
          {ago(at)}
        </time>
      );

/** When something is due; red once it is over. */
export function Deadline({ at, missed }: { at: string | null; missed: boolean }) {
  const { t } = useTranslation();
  if (missed) return breached(t);
  if (!at) return null;
  return (
    <Tooltip label={moment(at)}>
      <Text size="sm" c="dimmed" component="time" dateTime={at}>
        {ago(at)}
      </Text>
    </Tooltip>
  );
}
