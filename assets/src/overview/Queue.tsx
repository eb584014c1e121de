// The tickets to look at next: one's own, and those that nobody has.
import { Box, Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { type DeskPaginatedTicketRow, type DeskTicketRow, getTickets } from "../api";
import { ago } from "../figures";
import { TextLink } from "../frame/links";
import { answer } from "../frame/queries";
import { Loaded } from "../frame/State";
import { useMe } from "../session/session";
import { Deadline, StatusBadge } from "../ticket/Badges";
import { type Filter, mine, NOBODYS } from "../ticket/filter";

/** So many of each are shown. */
const MOST = 6;
/** How far ahead the API looks for deadlines, in minutes. */
const FARTHEST = 43_200;

function One({ ticket }: { ticket: DeskTicketRow }) {
  return (
    <Group component="li" justify="space-between" wrap="nowrap" gap="xs">
      <div style={{ minWidth: 0 }}>
        <TextLink
          to="/console/tickets/$id"
          params={{ id: String(ticket.id) }}
          size="sm"
          fw={550}
          truncate
          display="block"
        >
          {ticket.subject}
        </TextLink>
        <Text size="xs" c="dimmed" truncate>
          {[
            ticket.creator?.name ?? ticket.customer_name ?? ticket.customer_email,
            ago(ticket.last_activity_at),
          ]
            .filter(Boolean)
            .join(" · ")}
        </Text>
      </div>
      <Group gap="xs" wrap="nowrap" style={{ flexShrink: 0 }}>
        <Deadline at={ticket.resolution_due_at} missed={ticket.sla_breached} />
        <Box visibleFrom="sm">
          <StatusBadge status={ticket.status} />
        </Box>
      </Group>
    </Group>
  );
}

function List({ title, none, filter }: { title: string; none: string; filter: Filter }) {
  const { t } = useTranslation();
  const tickets = useQuery({
    queryKey: ["tickets", "queue", filter],
    queryFn: async () => {
      // What is late comes first, then what is due first; what has no deadline waits longest.
      const asked = [{ overdue: true }, { due_within: FARTHEST }, {}].map((more) =>
        answer(getTickets({ query: { ...filter, ...more, per_page: MOST } })),
      );
      const found = (await Promise.all(asked)) as DeskPaginatedTicketRow[];
      const all = found.flatMap(({ data }) => data);
      return [...new Map(all.map((ticket) => [ticket.id, ticket])).values()].slice(0, MOST);
    },
  });
  return (
    <Card withBorder component="section" aria-label={title}>
      <Group justify="space-between" mb="sm" wrap="nowrap">
        <Title order={3} size="h5">
          {title}
        </Title>
        <TextLink to="/console/tickets" search={filter} size="xs" style={{ whiteSpace: "nowrap" }}>
          {t("overview.all")}
        </TextLink>
      </Group>
      <Loaded query={tickets}>
        {(all) =>
          all.length === 0 ? (
            <Text size="sm" c="dimmed">
              {none}
            </Text>
          ) : (
            <Stack gap="sm" component="ul" p={0} m={0}>
              {all.map((ticket) => (
                <One key={ticket.id} ticket={ticket} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Card>
  );
}

/** Both lists, side by side. */
export function Queue() {
  const { t } = useTranslation();
  const me = useMe();
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }}>
      <List title={t("overview.mine")} none={t("overview.mineNone")} filter={mine(me.id)} />
      <List title={t("overview.nobodys")} none={t("overview.nobodysNone")} filter={NOBODYS} />
    </SimpleGrid>
  );
}
