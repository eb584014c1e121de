// Latency and transfer over time, as charts.
import "@mantine/charts/styles.css";

import { ChartTooltip, type ChartSeries, LineChart } from "@mantine/charts";
import { Card, Group, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { bytes, milliseconds, moment } from "../figures";
import { Empty, Loaded } from "../frame/State";
import { type Point, points, summary } from "./rates";
import { history, type Span, SPANS } from "./server";

function Chart(props: {
  title: string;
  rows: Point[];
  series: ChartSeries[];
  span: Span;
  format: (value: number) => string;
}) {
  const { t } = useTranslation();
  const { title, rows, series, span, format } = props;
  const told = series.flatMap((one) => {
    const known = summary(rows.map((row) => row[one.name as keyof Point]));
    if (!known) return [];
    const { least, mean, most } = known;
    const said = t("server.summary", { least: format(least), mean: format(mean), most: format(most) });
    return [series.length > 1 ? `${String(one.label)}: ${said}` : said];
  });
  const hour = (at: number) =>
    new Intl.DateTimeFormat(i18next.language, {
      ...(span === 72 ? { weekday: "short" } : {}),
      hour: "2-digit",
      minute: "2-digit",
    }).format(at);
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5">
        {title}
      </Title>
      <div>
        {told.map((text) => (
          <Text key={text} size="xs" c="dimmed" className="figure">
            {text}
          </Text>
        ))}
      </div>
      <LineChart
        h={220}
        mt="sm"
        data={rows}
        dataKey="at"
        series={series}
        withDots={false}
        connectNulls={false}
        curveType="linear"
        strokeWidth={1.5}
        withLegend={series.length > 1}
        valueFormatter={format}
        role="img"
        aria-label={`${title}. ${told.join(". ")}`}
        yAxisProps={{ width: 96 }}
        xAxisProps={{
          type: "number",
          scale: "time",
          domain: ["dataMin", "dataMax"],
          tickFormatter: hour,
          minTickGap: 40,
        }}
        tooltipProps={{
          content: ({ label, payload }) => (
            <ChartTooltip
              label={label === undefined ? "" : moment(new Date(Number(label)).toISOString())}
              payload={payload}
              series={series}
              valueFormatter={format}
            />
          ),
        }}
      />
    </Card>
  );
}

/** How a server was over 6, 24 or 72 hours. */
export function History({ id }: { id: string }) {
  const { t } = useTranslation();
  const [span, setSpan] = useState<Span>(24);
  const query = useQuery({ ...history(id, span), placeholderData: keepPreviousData });
  const rows = useMemo(() => points(query.data ?? [], SPANS[span]), [query.data, span]);
  const rate = (value: number) => t("server.rate", { bytes: bytes(Math.round(value)) });
  return (
    <Stack>
      <Group justify="flex-end">
        <SegmentedControl
          aria-label={t("server.span")}
          value={String(span)}
          onChange={(value) => setSpan(Number(value) as Span)}
          data={Object.keys(SPANS).map((value) => ({
            value,
            label: t("server.hours", { count: Number(value) }),
          }))}
        />
      </Group>
      <Loaded query={query}>
        {() =>
          rows.length < 2 ? (
            <Empty title={t("server.noHistory")}>{t("server.noHistoryHint")}</Empty>
          ) : (
            <>
              <Chart
                title={t("server.latency")}
                rows={rows}
                series={[{ name: "latency", label: t("server.latency"), color: "cyan.7" }]}
                span={span}
                format={milliseconds}
              />
              <Chart
                title={t("server.transfer")}
                rows={rows}
                series={[
                  { name: "received", label: t("server.received"), color: "cyan.7" },
                  { name: "sent", label: t("server.sent"), color: "orange.7" },
                ]}
                span={span}
                format={rate}
              />
            </>
          )
        }
      </Loaded>
    </Stack>
  );
}
