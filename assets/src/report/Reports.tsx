// How the tickets of a range of days went.
import "@mantine/dates/styles.css";

import { Card, Center, Group, Loader, SegmentedControl, Select, SimpleGrid, Text } from "@mantine/core";
import { DatePickerInput, DatesProvider } from "@mantine/dates";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

import { getAdminReportsDashboard, getAdminReportsVolume } from "../api";
import { day, duration, exact } from "../figures";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { Loaded } from "../frame/State";
import { choices, projects } from "../settings/project";
import { Part } from "./Part";
import { clean, last, type Period, PERIODS, type Range } from "./range";
import { Tables } from "./Tables";

const Volume = lazy(() => import("./Volume"));

type Change = (change: { [K in keyof Range]?: Range[K] | undefined }) => void;

/** The days of a range, as many as are chosen yet. */
const shown = (dates: unknown): string =>
  [dates]
    .flat()
    .filter((date) => typeof date === "string")
    .map(day)
    .join(" – ");

function Pick({ range, change }: { range: Range; change: Change }) {
  const { t, i18n } = useTranslation();
  const all = useQuery(projects);
  const days: [string | null, string | null] = range.from && range.to ? [range.from, range.to] : last(30);
  const [picked, setPicked] = useState(days);
  return (
    <Group gap="xs">
      <DatesProvider settings={{ locale: i18n.language, firstDayOfWeek: 1 }}>
        <DatePickerInput
          type="range"
          aria-label={t("report.range")}
          value={picked}
          // The library's own order of day and month is American.
          valueFormatter={({ date }) => shown(date)}
          maxDate={last(1)[0]}
          presets={[7, 30, 90, 365].map((count) => ({
            value: last(count),
            label: t("report.last", { count }),
          }))}
          onChange={([from, to]) => {
            setPicked([from, to]);
            if (from && to) change({ from, to });
          }}
          miw={280}
        />
      </DatesProvider>
      <Select
        aria-label={t("ticket.project")}
        placeholder={t("settings.everyProject")}
        data={choices(all.data)}
        value={range.project_id ? String(range.project_id) : null}
        onChange={(value) => change({ project_id: value ? Number(value) : undefined })}
        clearable
        w={220}
      />
    </Group>
  );
}

function Dashboard({ range }: { range: Range }) {
  const { t } = useTranslation();
  const { group_by: _, ...query } = range;
  const dashboard = useQuery({
    queryKey: ["report", "dashboard", query],
    queryFn: () => answer(getAdminReportsDashboard({ query })),
    placeholderData: keepPreviousData,
  });
  const length = (minutes: number | null) => (minutes === null ? "–" : duration(minutes));
  return (
    <Loaded query={dashboard}>
      {(figures) => (
        <SimpleGrid cols={{ base: 2, md: 5 }}>
          {[
            { label: t("report.total"), value: exact(figures.total_tickets) },
            { label: t("overview.unassigned"), value: exact(figures.unassigned) },
            { label: t("overview.breached"), value: exact(figures.sla_breached) },
            { label: t("report.firstResponse"), value: length(figures.avg_first_response_mins) },
            { label: t("report.resolution"), value: length(figures.avg_resolution_minutes) },
          ].map(({ label, value }) => (
            <Card key={label} withBorder>
              <Text size="sm" c="dimmed">
                {label}
              </Text>
              <Text size="xl" fw={700} className="figure">
                {value}
              </Text>
            </Card>
          ))}
        </SimpleGrid>
      )}
    </Loaded>
  );
}

/** All reports about one range. */
export function Reports() {
  const { t } = useTranslation();
  const range = useSearch({ from: "/console/admin/reports" });
  const navigate = useNavigate({ from: "/console/reports" });
  const change: Change = (change) => void navigate({ search: clean({ ...range, ...change }), replace: true });
  const volume = useQuery({
    queryKey: ["report", "volume", range],
    queryFn: () => answer(getAdminReportsVolume({ query: range })),
    placeholderData: keepPreviousData,
  });
  return (
    <Page title={t("place.reports")} hint={t("report.hint")} actions={<Pick range={range} change={change} />}>
      <Dashboard range={range} />
      <Part
        title={t("report.volume")}
        name="volume"
        query={volume}
        id={(period) => period.period}
        figures={[
          { label: t("report.period"), show: (row) => row.period, file: (row) => row.period },
          { label: t("report.created"), show: (row) => row.created, file: (row) => row.created },
          { label: t("report.resolved"), show: (row) => row.resolved, file: (row) => row.resolved },
        ]}
      >
        {(periods) => (
          <Card withBorder>
            <SegmentedControl
              size="xs"
              mb="sm"
              aria-label={t("report.period")}
              value={range.group_by ?? "day"}
              onChange={(value) => change({ group_by: value as Period })}
              data={PERIODS.map((value) => ({ value, label: t(`report.${value}`) }))}
              style={{ alignSelf: "flex-start" }}
            />
            <Suspense
              fallback={
                <Center h={280}>
                  <Loader aria-label={t("loading")} />
                </Center>
              }
            >
              <Volume periods={periods} />
            </Suspense>
          </Card>
        )}
      </Part>
      <Tables range={range} />
    </Page>
  );
}
