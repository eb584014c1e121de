// The rows of a list of tickets: a table, or cards on a phone.
import { Badge, Card, Checkbox, Group, Stack, Table, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import type { DeskTicketRow } from "../api";
import { ago, moment } from "../figures";
import { TextLink } from "../frame/links";
import { Deadline, PriorityBadge, StatusBadge } from "./Badges";
import { isOver } from "./filter";

interface Rows {
  tickets: DeskTicketRow[];
  /** The one that the keys are at. */
  at: number;
  selected: number[];
  select: (ids: number[]) => void;
}

interface One {
  ticket: DeskTicketRow;
  here: boolean;
  checked: boolean;
  toggle: () => void;
}

const toggled = (all: number[], id: number) =>
  all.includes(id) ? all.filter((one) => one !== id) : [...all, id];

function Subject({ ticket, numbered }: { ticket: DeskTicketRow; numbered?: boolean }) {
  return (
    <>
      <TextLink
        to="/console/tickets/$id"
        params={{ id: String(ticket.id) }}
        fw={550}
        truncate
        display="block"
      >
        {ticket.subject}
      </TextLink>
      <Group gap={6} wrap="nowrap">
        <Text size="xs" c="dimmed" truncate>
          {[
            numbered && ticket.ticket_number,
            ticket.creator?.name ?? ticket.customer_name ?? ticket.customer_email,
            ticket.project.name,
            ticket.category?.name,
          ]
            .filter(Boolean)
            .join(" · ")}
        </Text>
        {ticket.tags.slice(0, 3).map((tag) => (
          <Badge
            key={tag.id}
            size="xs"
            variant="light"
            color="gray"
            radius="sm"
            tt="none"
            style={{ flexShrink: 0 }}
          >
            {tag.name}
          </Badge>
        ))}
      </Group>
    </>
  );
}

function Due({ ticket }: { ticket: DeskTicketRow }) {
  return (
    <Deadline at={isOver(ticket.status) ? null : ticket.resolution_due_at} missed={ticket.sla_breached} />
  );
}

function Activity({ ticket }: { ticket: DeskTicketRow }) {
  return (
    <Text
      size="sm"
      component="time"
      dateTime={ticket.last_activity_at}
      title={moment(ticket.last_activity_at)}
    >
      {ago(ticket.last_activity_at)}
    </Text>
  );
}

/** Keeps the row that the keys are at in sight. */
function useInSight<T extends HTMLElement>(here: boolean) {
  const row = useRef<T>(null);
  useEffect(() => {
    if (here) row.current?.scrollIntoView({ block: "nearest" });
  }, [here]);
  return row;
}

const CHOSEN = "light-dark(var(--mantine-color-gray-1), var(--mantine-color-dark-6))";
const HERE = { boxShadow: "inset 4px 0 0 var(--mantine-primary-color-filled)" };

function Row({ ticket, here, checked, toggle }: One) {
  const { t } = useTranslation();
  const row = useInSight<HTMLTableRowElement>(here);
  return (
    <Table.Tr
      ref={row}
      bg={here || checked ? CHOSEN : undefined}
      style={here ? HERE : {}}
      aria-current={here || undefined}
    >
      <Table.Td w={36}>
        <Checkbox
          size="xs"
          checked={checked}
          onChange={toggle}
          aria-label={t("bulk.select", { number: ticket.ticket_number })}
        />
      </Table.Td>
      <Table.Td maw={420}>
        <Subject ticket={ticket} numbered />
      </Table.Td>
      <Table.Td>
        <StatusBadge status={ticket.status} />
      </Table.Td>
      <Table.Td>
        <PriorityBadge priority={ticket.priority} />
      </Table.Td>
      <Table.Td>
        <Text size="sm">{ticket.assignee?.name}</Text>
      </Table.Td>
      <Table.Td>
        <Due ticket={ticket} />
      </Table.Td>
      <Table.Td>
        <Activity ticket={ticket} />
      </Table.Td>
    </Table.Tr>
  );
}

function Small({ ticket, here, checked, toggle }: One) {
  const { t } = useTranslation();
  const row = useInSight<HTMLDivElement>(here);
  return (
    <Card
      ref={row}
      withBorder
      padding="sm"
      bg={here || checked ? CHOSEN : undefined}
      style={here ? HERE : {}}
    >
      <Group wrap="nowrap" align="flex-start">
        <Checkbox
          mt={4}
          checked={checked}
          onChange={toggle}
          aria-label={t("bulk.select", { number: ticket.ticket_number })}
        />
        <Stack gap={6} miw={0} flex={1}>
          <Subject ticket={ticket} />
          <Group gap="xs">
            <StatusBadge status={ticket.status} />
            <PriorityBadge priority={ticket.priority} />
            <Due ticket={ticket} />
          </Group>
          <Text size="xs" c="dimmed">
            {[ticket.ticket_number, ticket.assignee?.name, ago(ticket.last_activity_at)]
              .filter(Boolean)
              .join(" · ")}
          </Text>
        </Stack>
      </Group>
    </Card>
  );
}

/** All rows of a page. */
export function Rows({ tickets, at, selected, select }: Rows) {
  const { t } = useTranslation();
  const wide = useMediaQuery("(min-width: 62em)", true, { getInitialValueInEffect: false });
  const one = (ticket: DeskTicketRow, index: number): One => ({
    ticket,
    here: index === at,
    checked: selected.includes(ticket.id),
    toggle: () => select(toggled(selected, ticket.id)),
  });
  if (!wide) {
    return (
      <Stack gap="xs">
        {tickets.map((ticket, index) => (
          <Small key={ticket.id} {...one(ticket, index)} />
        ))}
      </Stack>
    );
  }
  const columns = ["subject", "status.title", "priority.title", "assignee", "due", "activity"];
  const all = tickets.every((ticket) => selected.includes(ticket.id));
  return (
    <Card withBorder padding={0}>
      <Table.ScrollContainer minWidth={860}>
        <Table highlightOnHover verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>
                <Checkbox
                  size="xs"
                  aria-label={t("bulk.all")}
                  checked={all}
                  indeterminate={!all && selected.length > 0}
                  onChange={() => select(all ? [] : tickets.map((ticket) => ticket.id))}
                />
              </Table.Th>
              {columns.map((column) => (
                <Table.Th key={column}>{t(`ticket.${column}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {tickets.map((ticket, index) => (
              <Row key={ticket.id} {...one(ticket, index)} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
