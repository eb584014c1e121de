// The chart of how many tickets came and went.
import "@mantine/charts/styles.css";

import { AreaChart } from "@mantine/charts";
import { useTranslation } from "react-i18next";

import type { DeskPeriodFigures } from "../api";

/** Filed and resolved in each period. The same figures stand in the file beside it. */
export default function Volume({ periods }: { periods: DeskPeriodFigures[] }) {
  const { t } = useTranslation();
  const total = (of: "created" | "resolved") => periods.reduce((sum, period) => sum + period[of], 0);
  return (
    <AreaChart
      h={280}
      data={periods}
      dataKey="period"
      series={[
        { name: "created", label: t("report.created"), color: "cyan.7" },
        { name: "resolved", label: t("report.resolved"), color: "teal.6" },
      ]}
      withLegend
      withDots={periods.length < 40}
      curveType="linear"
      role="img"
      aria-label={t("report.volumeSaid", { created: total("created"), resolved: total("resolved") })}
    />
  );
}
