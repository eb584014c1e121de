// What a ticket says about itself, and who has it: each property a line of its own.
import { Badge, Card, Group, MultiSelect, Rating, Select, Stack, Text, Title } from "@mantine/core";
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

/** A name, and beside it what there is to choose or to read; the name of what can be chosen is told by its label. */
export function Property(props: { label: string; told?: boolean; children: ReactNode }) {
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm" align="center">
      <Text
        size="sm"
        c="dimmed"
        w={92}
        style={{ flexShrink: 0 }}
        {...(!props.told && { "aria-hidden": true })}
      >
        {props.label}
      </Text>
      <div style={{ flex: 1, minWidth: 0 }}>{props.children}</div>
    </Group>
  );
}

function Told({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Property label={label} told>
      <Text size="sm" component="div" px="xs" style={{ overflowWrap: "anywhere" }}>
        {children}
      </Text>
    </Property>
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
      <Property label={t("ticket.status.title")}>
        <Select
          id="ticket-status"
          size="xs"
          aria-label={t("ticket.status.title")}
          data={STATUSES.map((value) => ({ value, label: t(`ticket.status.${value}`) }))}
          value={ticket.status}
          onChange={(value) => value && change.mutate({ kind: "status", status: value as Status })}
          allowDeselect={false}
        />
      </Property>
      <Property label={t("ticket.priority.title")}>
        <Select
          id="ticket-priority"
          size="xs"
          aria-label={t("ticket.priority.title")}
          data={PRIORITIES.map((value) => ({ value, label: t(`ticket.priority.${value}`) }))}
          value={ticket.priority}
          onChange={(value) => value && change.mutate({ kind: "priority", priority: value as Priority })}
          allowDeselect={false}
        />
      </Property>
      <Hands ticket={ticket} />
      <Property label={t("ticket.category")}>
        <Select
          size="xs"
          aria-label={t("ticket.category")}
          placeholder={t("ticket.noCategory")}
          data={known}
          value={category ? String(category.id) : null}
          onChange={(value) => change.mutate({ kind: "category", category: value ? Number(value) : null })}
          searchable
          clearable
        />
      </Property>
      <Property label={t("ticket.tags")}>
        <MultiSelect
          size="xs"
          aria-label={t("ticket.tags")}
          placeholder={ticket.tags.length === 0 ? t("ticket.noTags") : ""}
          data={all}
          value={ticket.tags.map((tag) => String(tag.id))}
          onChange={(chosen) => change.mutate({ kind: "tags", tags: chosen.map(Number) })}
          disabled={change.isPending}
          searchable
          hidePickedOptions
        />
      </Property>
    </>
  );
}

/** The way that a ticket came by. What staff file for somebody has the portal as its source as well. */
function Source({ source, channel }: DeskTicket) {
  const { t } = useTranslation();
  const byStaff = source === "portal" && channel === "web";
  return (
    <Badge variant="light" color="gray" radius="sm" tt="none">
      {byStaff ? t("conversation.channel.web") : t(`ticket.sources.${source}`, { defaultValue: source })}
    </Badge>
  );
}

/** What a deleted ticket was: nothing of it can be changed. */
function Kept({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  return (
    <>
      <Told label={t("ticket.assignee")}>{ticket.assignee?.name ?? t("ticket.unassign")}</Told>
      <Told label={t("ticket.category")}>{ticket.category?.name ?? t("ticket.noCategory")}</Told>
      <Told label={t("ticket.tags")}>
        {ticket.tags.map((tag) => tag.name).join(", ") || t("ticket.noTags")}
      </Told>
    </>
  );
}

/** The card beside a conversation. */
export function Properties({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  return (
    <Card withBorder component="section" aria-label={t("ticket.properties")}>
      <Stack gap="sm">
        <Title order={2} size="h5">
          {t("ticket.properties")}
        </Title>
        {ticket.deleted_at ? (
          <Kept ticket={ticket} />
        ) : (
          <>
            <Clocks ticket={ticket} />
            <Choices ticket={ticket} />
          </>
        )}
        <Told label={t("ticket.created")}>{moment(ticket.created_at)}</Told>
        <Told label={t("ticket.source")}>
          <Source {...ticket} />
        </Told>
        {ticket.rating && (
          <Told label={t("ticket.rating")}>
            <Rating
              value={ticket.rating.score}
              readOnly
              role="img"
              aria-label={t("ticket.stars", { count: ticket.rating.score })}
            />
            {ticket.rating.comment && <Text size="sm">{ticket.rating.comment}</Text>}
          </Told>
        )}
      </Stack>
    </Card>
  );
}
