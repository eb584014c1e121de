// How many tickets wait for somebody, and how it is with what was promised.
import { SimpleGrid } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { type DeskPaginatedTicketRow, getAdminReportsDashboard, getTickets } from "../api";
import { exact } from "../figures";
import { CardLink } from "../frame/links";
import { answer } from "../frame/queries";
import { Loaded } from "../frame/State";
import { type Filter, LATE, NOBODYS, PENDING, SOON } from "../ticket/filter";
import { Figure } from "./Figure";

/** A total beyond is a lower bound. */
const COUNTED = 1_000;

/** How many tickets a filter finds. */
function useCount(filter: Filter) {
  return useQuery({
    queryKey: ["tickets", "count", filter],
    queryFn: async () => {
      const found = (await answer(
        getTickets({ query: { ...filter, per_page: 1 } }),
      )) as DeskPaginatedTicketRow;
      return found.total;
    },
  });
}

/** How many tickets a filter finds, which is a lower bound beyond `most`. */
function Card(props: {
  label: string;
  filter: Filter;
  count: number | undefined;
  most?: number;
  tone?: "alarm" | "care";
}) {
  const { label, filter, count, most = Infinity, tone } = props;
  const value = count === undefined ? "…" : count > most ? `${exact(most)}+` : exact(count);
  return (
    <CardLink withBorder to="/console/tickets" search={filter}>
      <Figure label={label} value={value} isZero={!count} {...(tone && { tone })} />
    </CardLink>
  );
}

/** Each leads to its tickets. */
export function Waiting() {
  const { t } = useTranslation();
  const figures = useQuery({
    queryKey: ["dashboard"],
    queryFn: () => answer(getAdminReportsDashboard({ query: {} })),
  });
  const soon = useCount(SOON).data;
  const late = useCount(LATE).data;
  return (
    <Loaded query={figures}>
      {({ unassigned, by_status }) => (
        <SimpleGrid cols={{ base: 2, md: 4 }}>
          <Card label={t("overview.unassigned")} filter={NOBODYS} count={unassigned} />
          <Card label={t("overview.soon")} filter={SOON} count={soon} most={COUNTED} tone="care" />
          <Card label={t("overview.breached")} filter={LATE} count={late} most={COUNTED} tone="alarm" />
          <Card label={t("overview.pending")} filter={PENDING} count={by_status.pending} />
        </SimpleGrid>
      )}
    </Loaded>
  );
}
