// One's own tickets, as customers see them.
import { Group, Pagination, Stack, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { type DeskPaginatedTicketRow, getTickets } from "../../api";
import { ago, exact } from "../../figures";
import { ButtonLink, CardLink } from "../../frame/links";
import { Page } from "../../frame/Page";
import { answer } from "../../frame/queries";
import { Empty, Loaded } from "../../frame/State";
import { StatusBadge } from "../Badges";

/** The list, newest first. */
export function OwnTickets() {
  const { t } = useTranslation();
  const [page, setPage] = useState(1);
  const tickets = useQuery({
    queryKey: ["tickets", "own", page],
    queryFn: () => answer(getTickets({ query: { page, per_page: 20 } })) as Promise<DeskPaginatedTicketRow>,
    placeholderData: keepPreviousData,
  });
  const add = <ButtonLink to="/portal/tickets/new">{t("ownTicket.new")}</ButtonLink>;
  return (
    <Page title={t("portal.tickets")} actions={add}>
      <Loaded query={tickets}>
        {(found) =>
          found.data.length === 0 ? (
            <Empty title={t("ownTicket.none")} hint={t("ownTicket.noneHint")}>
              {add}
            </Empty>
          ) : (
            <Stack gap="sm">
              {found.data.map((ticket) => (
                <CardLink
                  key={ticket.id}
                  to="/portal/tickets/$id"
                  params={{ id: String(ticket.id) }}
                  withBorder
                  padding="md"
                >
                  <Group justify="space-between" wrap="nowrap" align="flex-start">
                    <Text fw={600} style={{ overflowWrap: "anywhere" }}>
                      {ticket.subject}
                    </Text>
                    <StatusBadge status={ticket.status} own />
                  </Group>
                  <Text size="xs" c="dimmed">
                    {[
                      ticket.ticket_number,
                      t("ownTicket.replies", { count: ticket.reply_count }),
                      ago(ticket.last_activity_at),
                    ].join(" · ")}
                  </Text>
                </CardLink>
              ))}
              {found.last_page > 1 && (
                <Group justify="center">
                  <Pagination
                    total={found.last_page}
                    value={page}
                    onChange={setPage}
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
