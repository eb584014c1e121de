// The list of tickets: filtered by the address, newest first.
import { Card, Group, Pagination, Select, Switch, Table, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { getTickets, type DeskPaginatedTicketRow, type DeskTicketRow } from "../api";
import { ago, exact, moment } from "../figures";
import { TextLink } from "../frame/links";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { Empty, Loaded } from "../frame/State";
import { Deadline, PriorityBadge, StatusBadge } from "./Badges";
import { clean, type Filter, PRIORITIES, type Priority, type Status, STATUSES } from "./filter";

const PER_PAGE = 50;

function Filters({ filter, narrow }: { filter: Filter; narrow: (change: Partial<Filter>) => void }) {
  const { t } = useTranslation();
  const search = useDebouncedCallback((text: string) => narrow({ search: text || undefined }), 250);
  const words = <T extends string>(kind: string, all: readonly T[]) =>
    all.map((value) => ({ value, label: t(`ticket.${kind}.${value}`) }));
  return (
    <Group gap="xs" role="search">
      <TextInput
        aria-label={t("ticket.search")}
        placeholder={t("ticket.search")}
        leftSection={<IconSearch size={16} aria-hidden />}
        defaultValue={filter.search ?? ""}
        onChange={(event) => search(event.currentTarget.value)}
        w={280}
      />
      <Select
        aria-label={t("ticket.status.title")}
        placeholder={t("ticket.status.title")}
        data={words("status", STATUSES)}
        value={filter.status ?? null}
        onChange={(value) => narrow({ status: (value as Status | null) ?? undefined })}
        clearable
        w={180}
      />
      <Select
        aria-label={t("ticket.priority.title")}
        placeholder={t("ticket.priority.title")}
        data={words("priority", PRIORITIES)}
        value={filter.priority ?? null}
        onChange={(value) => narrow({ priority: (value as Priority | null) ?? undefined })}
        clearable
        w={150}
      />
      <Switch
        label={t("ticket.unassigned")}
        checked={filter.unassigned ?? false}
        onChange={(event) => narrow({ unassigned: event.currentTarget.checked || undefined })}
      />
      <Switch
        label={t("ticket.breached")}
        checked={filter.overdue ?? false}
        onChange={(event) => narrow({ overdue: event.currentTarget.checked || undefined })}
      />
    </Group>
  );
}

function Row({ ticket }: { ticket: DeskTicketRow }) {
  return (
    <Table.Tr>
      <Table.Td className="figure">
        <Text size="sm" c="dimmed">
          {ticket.ticket_number}
        </Text>
      </Table.Td>
      <Table.Td maw={480}>
        <TextLink to="/console/tickets/$id" params={{ id: String(ticket.id) }} fw={550} truncate>
          {ticket.subject}
        </TextLink>
        <Text size="xs" c="dimmed" truncate>
          {ticket.creator?.name ?? ticket.customer_name ?? ticket.customer_email} · {ticket.project.name}
        </Text>
      </Table.Td>
      <Table.Td>
        <StatusBadge status={ticket.status} />
      </Table.Td>
      <Table.Td>
        <PriorityBadge priority={ticket.priority} />
      </Table.Td>
      <Table.Td>{ticket.assignee?.name}</Table.Td>
      <Table.Td>
        <Deadline at={ticket.resolution_due_at} missed={ticket.sla_breached} />
      </Table.Td>
      <Table.Td>
        <Text
          size="sm"
          component="time"
          dateTime={ticket.last_activity_at}
          title={moment(ticket.last_activity_at)}
        >
          {ago(ticket.last_activity_at)}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}

/** All tickets that one may see. */
export function Tickets() {
  const { t } = useTranslation();
  const filter = useSearch({ from: "/console/tickets" });
  const navigate = useNavigate({ from: "/console/tickets" });
  const { page = 1, ...rest } = filter;
  const tickets = useQuery({
    queryKey: ["tickets", filter],
    queryFn: () =>
      answer(getTickets({ query: { ...rest, page, per_page: PER_PAGE } })) as Promise<DeskPaginatedTicketRow>,
    placeholderData: keepPreviousData,
  });
  const narrow = (change: { [K in keyof Filter]?: Filter[K] | undefined }) =>
    void navigate({ search: clean({ ...rest, ...change }), replace: true });
  const columns = ["number", "subject", "status.title", "priority.title", "assignee", "due", "activity"];
  return (
    <Page title={t("place.tickets")} hint={tickets.data && t("ticket.count", { count: tickets.data.total })}>
      <Filters filter={filter} narrow={narrow} />
      <Card withBorder padding={0}>
        <Loaded query={tickets}>
          {(found) =>
            found.data.length === 0 ? (
              <Empty title={t("ticket.none")}>{t("ticket.noneHint")}</Empty>
            ) : (
              <Table.ScrollContainer minWidth={900}>
                <Table highlightOnHover verticalSpacing="xs">
                  <Table.Thead>
                    <Table.Tr>
                      {columns.map((column) => (
                        <Table.Th key={column}>{t(`ticket.${column}`)}</Table.Th>
                      ))}
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {found.data.map((ticket) => (
                      <Row key={ticket.id} ticket={ticket} />
                    ))}
                  </Table.Tbody>
                </Table>
              </Table.ScrollContainer>
            )
          }
        </Loaded>
      </Card>
      {tickets.data && tickets.data.last_page > 1 && (
        <Group justify="center">
          <Pagination
            total={tickets.data.last_page}
            value={page}
            onChange={(to) => void navigate({ search: clean({ ...rest, page: to > 1 ? to : undefined }) })}
            getItemProps={(number) => ({ "aria-label": t("ticket.page", { number: exact(number) }) })}
            getControlProps={(control) => ({ "aria-label": t(`pages.${control}`) })}
          />
        </Group>
      )}
    </Page>
  );
}
