// What a ticket says about itself, and who has it.
import { Badge, Card, Group, MultiSelect, Rating, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { ReactNode } from "react";

import type { DeskTicket } from "../api";
import { moment } from "../figures";
import { categories, tags } from "./choices";
import { Clocks } from "./Clocks";
import { PRIORITIES, type Priority, type Status, STATUSES } from "./filter";
import { Hands } from "./Hands";
import { useChange } from "./ticket";

function Property({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm" align="flex-start">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text size="sm" ta="right" component="div" style={{ overflowWrap: "anywhere" }}>
        {children}
      </Text>
    </Group>
  );
}

function Choices({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const change = useChange(ticket.id);
  const category = ticket.category;
  const known =
    useQuery(categories).data ?? (category ? [{ value: String(category.id), label: category.name }] : []);
  const all = useQuery(tags).data ?? ticket.tags.map((tag) => ({ value: String(tag.id), label: tag.name }));
  return (
    <>
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
      <Select
        label={t("ticket.category")}
        placeholder={t("ticket.noCategory")}
        data={known}
        value={category ? String(category.id) : null}
        onChange={(value) => change.mutate({ kind: "category", category: value ? Number(value) : null })}
        searchable
        clearable
      />
      <MultiSelect
        label={t("ticket.tags")}
        placeholder={ticket.tags.length === 0 ? t("ticket.noTags") : ""}
        data={all}
        value={ticket.tags.map((tag) => String(tag.id))}
        onChange={(chosen) => change.mutate({ kind: "tags", tags: chosen.map(Number) })}
        disabled={change.isPending}
        searchable
        hidePickedOptions
      />
    </>
  );
}

/** The card beside a conversation. */
export function Properties({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  return (
    <Card withBorder component="section" aria-label={t("ticket.properties")}>
      <Stack gap="sm">
        <Clocks ticket={ticket} />
        <Choices ticket={ticket} />
        <Hands ticket={ticket} />
        <Property label={t("ticket.customer")}>
          {ticket.creator?.name ?? ticket.customer_name}
          <Text size="xs" c="dimmed">
            {ticket.customer_email}
          </Text>
          {ticket.customer_phone && (
            <Text size="xs" c="dimmed">
              {ticket.customer_phone}
            </Text>
          )}
        </Property>
        <Property label={t("ticket.created")}>{moment(ticket.created_at)}</Property>
        <Property label={t("ticket.source")}>
          <Badge variant="light" color="gray" radius="sm" tt="none">
            {ticket.source}
          </Badge>
        </Property>
        {ticket.rating && (
          <Property label={t("ticket.rating")}>
            <Rating
              value={ticket.rating.score}
              readOnly
              role="img"
              aria-label={t("ticket.stars", { count: ticket.rating.score })}
            />
            {ticket.rating.comment && <Text size="sm">{ticket.rating.comment}</Text>}
          </Property>
        )}
      </Stack>
    </Card>
  );
}
