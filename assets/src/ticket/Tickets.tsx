// The list of tickets: filtered by the address, newest first.
import { Group, Pagination, Stack } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { type DeskPaginatedTicketRow, getTickets } from "../api";
import { exact } from "../figures";
import { ButtonLink } from "../frame/links";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { Empty, Loaded } from "../frame/State";
import { isAdmin, useMe } from "../session/session";
import { Bulk } from "./Bulk";
import { clean, type Narrowing } from "./filter";
import { Filters } from "./Filters";
import { Rows } from "./Rows";
import { useAssign } from "./ticket";
import { Views } from "./Views";

const PER_PAGE = 50;

/** All tickets that one may see. */
export function Tickets() {
  const { t } = useTranslation();
  const me = useMe();
  const filter = useSearch({ from: "/console/tickets" });
  const navigate = useNavigate({ from: "/console/tickets" });
  const assign = useAssign();
  const [at, setAt] = useState(-1);
  const [selected, select] = useState<number[]>([]);
  const { page = 1, ...rest } = filter;
  const tickets = useQuery({
    queryKey: ["tickets", filter],
    queryFn: () =>
      answer(getTickets({ query: { ...rest, page, per_page: PER_PAGE } })) as Promise<DeskPaginatedTicketRow>,
    placeholderData: keepPreviousData,
  });
  // Another list begins at its top, with nothing selected.
  const show = (wanted: Narrowing, replace = true) => {
    setAt(-1);
    select([]);
    void navigate({ search: clean(wanted), replace });
  };
  const rows = tickets.data?.data ?? [];
  const here = rows[at];
  const toggle = (id: number) =>
    select(selected.includes(id) ? selected.filter((one) => one !== id) : [...selected, id]);
  useHotkeys([
    ["j", () => setAt(Math.min(at + 1, rows.length - 1))],
    ["k", () => setAt(Math.max(at - 1, 0))],
    ["x", () => here && toggle(here.id)],
    ["a", () => here && assign.mutate({ id: here.id, user: me.id })],
    ["c", () => void navigate({ to: "/console/tickets/new" })],
  ]);
  // Enter on a link or a button is theirs.
  const open = () => here && void navigate({ to: "/console/tickets/$id", params: { id: String(here.id) } });
  useHotkeys([["Enter", open, { preventDefault: false }]], ["INPUT", "TEXTAREA", "SELECT", "A", "BUTTON"]);
  return (
    <Page
      title={t("place.tickets")}
      hint={tickets.data && t("ticket.count", { count: tickets.data.total })}
      actions={
        <>
          {isAdmin(me) && (
            <ButtonLink to="/console/settings/tables" variant="default">
              {t("table.link")}
            </ButtonLink>
          )}
          <ButtonLink to="/console/tickets/new">{t("newTicket.title")}</ButtonLink>
        </>
      }
    >
      <Views filter={filter} show={(wanted) => show(wanted, false)} />
      <Filters filter={filter} narrow={(change) => show({ ...rest, ...change })} />
      <Bulk selected={selected} select={select} />
      <Loaded query={tickets}>
        {(found) =>
          found.data.length === 0 ? (
            <Empty title={t("ticket.none")}>{t("ticket.noneHint")}</Empty>
          ) : (
            <Stack>
              <Rows tickets={found.data} at={at} selected={selected} select={select} />
              {found.last_page > 1 && (
                <Group justify="center">
                  <Pagination
                    total={found.last_page}
                    value={page}
                    siblings={1}
                    onChange={(to) => show({ ...rest, page: to > 1 ? to : undefined }, false)}
                    getItemProps={(number) => ({ "aria-label": t("ticket.page", { number: exact(number) }) })}
                    getControlProps={(control) => ({ "aria-label": t(`pages.${control}`) })}
                  />
                </Group>
              )}
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}
