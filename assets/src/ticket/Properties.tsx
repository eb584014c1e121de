// What a ticket says about itself, and who has it.
import { Button, Card, Group, Select, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ReactNode } from "react";

import type { DeskTicket } from "../api";
import { moment } from "../figures";
import { useMe } from "../session/session";
import { Deadline } from "./Badges";
import { PRIORITIES, type Priority, type Status, STATUSES } from "./filter";
import { useChange } from "./ticket";

function Property({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text size="sm" ta="right" component="div" style={{ overflowWrap: "anywhere" }}>
        {children}
      </Text>
    </Group>
  );
}

/** The card beside a conversation. */
export function Properties({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const me = useMe();
  const change = useChange(ticket.id);
  const watching = ticket.watchers.some((watcher) => watcher.id === me.id);
  return (
    <Card withBorder component="section" aria-label={t("ticket.properties")}>
      <Stack gap="sm">
        <Select
          label={t("ticket.status.title")}
          data={STATUSES.map((value) => ({ value, label: t(`ticket.status.${value}`) }))}
          value={ticket.status}
          onChange={(value) => value && change.mutate({ kind: "status", status: value as Status })}
          allowDeselect={false}
        />
        <Select
          label={t("ticket.priority.title")}
          data={PRIORITIES.map((value) => ({ value, label: t(`ticket.priority.${value}`) }))}
          value={ticket.priority}
          onChange={(value) => value && change.mutate({ kind: "priority", priority: value as Priority })}
          allowDeselect={false}
        />
        <Property label={t("ticket.assignee")}>{ticket.assignee?.name ?? t("ticket.unassign")}</Property>
        <Group gap="xs" grow>
          {ticket.assigned_to === me.id ? (
            <Button size="xs" variant="default" onClick={() => change.mutate({ kind: "assign", user: null })}>
              {t("ticket.unassign")}
            </Button>
          ) : (
            <Button size="xs" variant="light" onClick={() => change.mutate({ kind: "assign", user: me.id })}>
              {t("ticket.assign")}
            </Button>
          )}
          <Button
            size="xs"
            variant={watching ? "light" : "default"}
            aria-pressed={watching}
            onClick={() => change.mutate({ kind: "watch", watching: !watching })}
          >
            {t(watching ? "ticket.watching" : "ticket.watch")}
          </Button>
        </Group>
        <Property label={t("ticket.customer")}>
          {ticket.creator?.name ?? ticket.customer_name}
          <Text size="xs" c="dimmed">
            {ticket.customer_email}
          </Text>
        </Property>
        <Property label={t("ticket.created")}>{moment(ticket.created_at)}</Property>
        {ticket.category && <Property label={t("ticket.category")}>{ticket.category.name}</Property>}
        {ticket.tags.length > 0 && (
          <Property label={t("ticket.tags")}>{ticket.tags.map((tag) => tag.name).join(", ")}</Property>
        )}
        {!ticket.first_response_at && (
          <Property label={t("ticket.firstResponse")}>
            <Deadline at={ticket.first_response_due_at} missed={ticket.first_response_breached} />
          </Property>
        )}
        {!ticket.resolved_at && (
          <Property label={t("ticket.resolution")}>
            <Deadline at={ticket.resolution_due_at} missed={ticket.resolution_breached} />
          </Property>
        )}
      </Stack>
    </Card>
  );
}
