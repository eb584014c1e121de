// The rows of a list of tickets: a table, or cards on a phone.
import { Card, Checkbox, Stack, Table } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { TFunction } from "i18next";
import { type ChangeEvent, memo, useCallback, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import type { DeskTicketRow } from "../api";
import { ago, moment } from "../figures";
import { CARD, CELL, LINK, PlainCheckbox, PlainTag, ROW } from "../frame/plain";
import { useTick } from "../frame/tick";
import { deadline, priorityBadge, statusBadge } from "./Badges";
import { isOver } from "./filter";
import { useOpen } from "./open";
import css from "./Rows.module.css";

interface Rows {
  tickets: DeskTicketRow[];
  /** The one that the keys are at. */
  at: number;
  selected: number[];
  select: (change: (before: number[]) => number[]) => void;
}

interface One {
  ticket: DeskTicketRow;
  here: boolean;
  checked: boolean;
  toggle: (event: ChangeEvent<HTMLInputElement>) => void;
  open: ReturnType<typeof useOpen>;
  t: TFunction;
  /** Another one when it is time to draw it anew. */
  tick: number;
}

/** Without an identifier, or with it. */
export const toggled = (all: number[], id: number) =>
  all.includes(id) ? all.filter((one) => one !== id) : [...all, id];

const joined = (parts: (string | false | null | undefined)[]) => parts.filter(Boolean).join(" · ");

function Subject({ ticket, open, numbered }: Pick<One, "ticket" | "open"> & { numbered?: boolean }) {
  return (
    <>
      <a className={`${LINK} ${css["subject"]}`} {...open(ticket.id)}>
        {ticket.subject}
      </a>
      <div className={css["about"]}>
        <span className={`quiet ${css["from"]}`}>
          {joined([
            numbered && ticket.ticket_number,
            ticket.creator?.name ?? ticket.customer_name ?? ticket.customer_email,
            ticket.project.name,
            ticket.category?.name,
          ])}
        </span>
        {ticket.tags.slice(0, 3).map((tag) => (
          <PlainTag key={tag.id}>{tag.name}</PlainTag>
        ))}
      </div>
    </>
  );
}

function Tick({
  ticket,
  checked,
  toggle,
  t,
  small,
}: Omit<One, "here" | "open" | "tick"> & { small?: boolean }) {
  return (
    <PlainCheckbox
      small={small}
      value={ticket.id}
      checked={checked}
      onChange={toggle}
      aria-label={t("bulk.select", { number: ticket.ticket_number })}
    />
  );
}

const due = ({ ticket, t }: Pick<One, "ticket" | "t">) =>
  deadline(isOver(ticket.status) ? null : ticket.resolution_due_at, ticket.sla_breached, t);

const look = ({ here, checked }: One) =>
  `${here || checked ? css["chosen"] : ""}${here ? ` ${css["here"]}` : ""}`;

const Row = memo(function Row(one: One) {
  const { ticket, here, open, t } = one;
  return (
    <tr {...ROW} className={`${ROW.className} ${look(one)}`} aria-current={here || undefined}>
      <td className={`${CELL.className} ${css["tick"]}`}>
        <Tick {...one} small />
      </td>
      <td className={`${CELL.className} ${css["what"]}`}>
        <Subject ticket={ticket} open={open} numbered />
      </td>
      <td {...CELL}>{statusBadge(ticket.status, t)}</td>
      <td {...CELL}>{priorityBadge(ticket.priority, t)}</td>
      <td {...CELL}>{ticket.assignee?.name}</td>
      <td {...CELL}>{due(one)}</td>
      <td {...CELL}>
        <time dateTime={ticket.last_activity_at} title={moment(ticket.last_activity_at)}>
          {ago(ticket.last_activity_at)}
        </time>
      </td>
    </tr>
  );
});

const Small = memo(function Small(one: One) {
  const { ticket, open, t } = one;
  return (
    <div {...CARD} className={`${CARD.className} ${look(one)}`}>
      <div className={css["small"]}>
        <Tick {...one} />
        <div className={css["told"]}>
          <Subject ticket={ticket} open={open} />
          <div className={css["signs"]}>
            {statusBadge(ticket.status, t)}
            {priorityBadge(ticket.priority, t)}
            {due(one)}
          </div>
          <div className={`quiet ${css["footer"]}`}>
            {joined([ticket.ticket_number, ticket.assignee?.name, ago(ticket.last_activity_at)])}
          </div>
        </div>
      </div>
    </div>
  );
});

const COLUMNS = ["subject", "status.title", "priority.title", "assignee", "deadline", "activity"] as const;

/** All rows of a page. */
export const Rows = memo(function Rows({ tickets, at, selected, select }: Rows) {
  const { t } = useTranslation();
  const wide = useMediaQuery("(min-width: 62em)", true, { getInitialValueInEffect: false });
  const tick = useTick();
  const open = useOpen();
  const rows = useRef<HTMLElement>(null);
  const toggle = useCallback(
    ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
      const id = Number(currentTarget.value);
      select((before) => toggled(before, id));
    },
    [select],
  );
  // The row that the keys are at stays in sight.
  useEffect(() => {
    if (at >= 0) rows.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const One = wide ? Row : Small;
  const all = tickets.map((ticket, index) => (
    <One
      key={ticket.id}
      ticket={ticket}
      here={index === at}
      checked={selected.includes(ticket.id)}
      toggle={toggle}
      open={open}
      t={t}
      tick={tick}
    />
  ));
  if (!wide) {
    return (
      <Stack gap="xs" ref={rows as React.Ref<HTMLDivElement>}>
        {all}
      </Stack>
    );
  }
  const every = tickets.every((ticket) => selected.includes(ticket.id));
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
                  checked={every}
                  indeterminate={!every && selected.length > 0}
                  onChange={() => select(() => (every ? [] : tickets.map((ticket) => ticket.id)))}
                />
              </Table.Th>
              {COLUMNS.map((column) => (
                <Table.Th key={column}>{t(`ticket.${column}`)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody ref={rows as React.Ref<HTMLTableSectionElement>}>{all}</Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
});
