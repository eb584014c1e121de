// The list of tickets: filtered by the address, newest first.
import { Stack } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { memo, useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import type { DeskTicketRow } from "../api";
import { ButtonLink } from "../frame/links";
import { Page } from "../frame/Page";
import { Pager } from "../frame/Rows";
import { Empty, Loaded } from "../frame/State";
import { isAdmin, useMe } from "../session/session";
import { Bulk } from "./Bulk";
import { clean, type Filter, type Narrowing, readFilter } from "./filter";
import { Filters } from "./Filters";
import { list } from "./list";
import { Rows, toggled } from "./Rows";
import { useAssign } from "./ticket";
import { Views } from "./Views";

const NONE: number[] = [];
const NOTHING: DeskTicketRow[] = [];

const Actions = memo(function Actions() {
  const { t } = useTranslation();
  return (
    <>
      {isAdmin(useMe()) && (
        <ButtonLink to="/console/settings/tables" variant="default">
          {t("table.link")}
        </ButtonLink>
      )}
      <ButtonLink to="/console/tickets/new">{t("newTicket.title")}</ButtonLink>
    </>
  );
});

/** How another list is shown. The answers never change, so that what has them need not be drawn anew. */
function useShow(reset: () => void) {
  const router = useRouter();
  return useMemo(() => {
    const show = (filter: Narrowing, replace = false) => {
      reset();
      void router.navigate({ to: "/console/tickets", search: clean(filter), replace });
    };
    // By what the address says, although that may not be shown yet.
    const change = (part: Narrowing, replace: boolean) =>
      show({ ...readFilter(router.latestLocation.search), page: undefined, ...part }, replace);
    return {
      show: (filter: Filter) => show(filter),
      narrow: (part: Narrowing) => change(part, true),
      go: (page: number) => change({ page: page > 1 ? page : undefined }, false),
    };
  }, [router, reset]);
}

/** All tickets that one may see. */
export function Tickets() {
  const { t } = useTranslation();
  const me = useMe();
  const filter = useSearch({ from: "/console/tickets" });
  const navigate = useNavigate();
  const assign = useAssign();
  const [cursor, setCursor] = useState<number>();
  const [chosen, select] = useState(NONE);
  // Another list begins at its top, with nothing selected.
  const reset = useCallback(() => {
    setCursor(undefined);
    select(NONE);
  }, []);
  const { show, narrow, go } = useShow(reset);
  const tickets = useQuery({ ...list(filter), placeholderData: keepPreviousData });
  const rows = tickets.data?.data ?? NOTHING;
  // Rows come and go while one looks: what stands elsewhere now is still meant, what has left is not.
  const at = rows.findIndex((row) => row.id === cursor);
  const here = rows[at];
  const selected = useMemo(() => chosen.filter((id) => rows.some((row) => row.id === id)), [chosen, rows]);
  const last = tickets.isPlaceholderData ? undefined : tickets.data?.last_page;
  useEffect(() => {
    if (last !== undefined && (filter.page ?? 1) > Math.max(last, 1)) go(last);
  }, [filter.page, last, go]);
  useHotkeys([
    ["j", () => setCursor(rows[Math.min(at + 1, rows.length - 1)]?.id)],
    ["k", () => setCursor(rows[Math.max(at - 1, 0)]?.id)],
    ["x", () => here && select(toggled(selected, here.id))],
    ["a", () => here && assign.mutate({ id: here.id, user: me.id })],
    ["c", () => void navigate({ to: "/console/tickets/new" })],
  ]);
  // Enter on a link or a button is theirs.
  const open = () =>
    here &&
    void navigate({
      to: "/console/tickets/$id",
      params: { id: String(here.id) },
      state: { list: filter },
    });
  useHotkeys([["Enter", open, { preventDefault: false }]], ["INPUT", "TEXTAREA", "SELECT", "A", "BUTTON"]);
  return (
    <Page
      title={t("place.tickets")}
      hint={tickets.data && t("ticket.count", { count: tickets.data.total })}
      actions={<Actions />}
    >
      <Views filter={filter} show={show} />
      <Filters filter={filter} narrow={narrow} />
      <Bulk selected={selected} select={select} />
      <Loaded query={tickets}>
        {(found) =>
          found.data.length === 0 ? (
            <Empty title={t("ticket.none")}>{t("ticket.noneHint")}</Empty>
          ) : (
            <Stack>
              <Rows tickets={found.data} at={at} selected={selected} select={select} />
              <Pager page={filter.page ?? 1} last={found.last_page} go={go} />
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}
