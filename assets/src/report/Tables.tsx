// Reports as tables: by project, by agent, what was promised, and by category.
import { SimpleGrid } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import {
  type DeskAgentFigures,
  type DeskCategoryFigures,
  type DeskProjectFigures,
  type DeskPromised,
  getAdminReportsAgents,
  getAdminReportsByProject,
  getAdminReportsCategories,
  getAdminReportsSla,
} from "../api";
import { duration, exact, percent } from "../figures";
import { answer } from "../frame/queries";
import { PRIORITIES } from "../ticket/filter";
import { type Figure, Part } from "./Part";
import type { Range } from "./range";

const count = <T,>(label: string, of: (row: T) => number): Figure<T> => ({
  label,
  show: (row) => exact(of(row)),
  file: of,
});

const rate = <T,>(label: string, of: (row: T) => number): Figure<T> => ({
  label,
  show: (row) => percent(of(row)),
  file: of,
});

const name = <T,>(label: string, of: (row: T) => string): Figure<T> => ({ label, show: of, file: of });

type Kept = DeskPromised & { priority: (typeof PRIORITIES)[number] };

/** All four, of the same range. */
export function Tables({ range }: { range: Range }) {
  const { t } = useTranslation();
  const { group_by: _, ...query } = range;
  const key = (kind: string) => ["report", kind, query];
  const byProject = useQuery({
    queryKey: key("projects"),
    queryFn: () => answer(getAdminReportsByProject({ query })),
  });
  const byAgent = useQuery({
    queryKey: key("agents"),
    queryFn: () => answer(getAdminReportsAgents({ query })),
  });
  const byCategory = useQuery({
    queryKey: key("categories"),
    queryFn: () => answer(getAdminReportsCategories({ query })),
  });
  const promised = useQuery({
    queryKey: key("sla"),
    queryFn: async (): Promise<Kept[]> => {
      const { by_priority } = await answer(getAdminReportsSla({ query }));
      const nothing = { total: 0, fr_breached: 0, res_breached: 0 };
      return PRIORITIES.toReversed().map((priority) => ({
        priority,
        ...(by_priority[priority] ?? nothing),
      }));
    },
  });
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
      <Part<DeskProjectFigures>
        title={t("report.byProject")}
        name="projects"
        query={byProject}
        id={(row) => row.project}
        figures={[
          name(t("ticket.project"), (row) => row.project),
          count(t("report.total"), (row) => row.total),
          count(t("report.resolved"), (row) => row.resolved),
          count(t("report.breached"), (row) => row.breached),
          rate(t("report.rate"), (row) => row.resolve_rate),
        ]}
      />
      <Part<DeskAgentFigures>
        title={t("report.byAgent")}
        name="agents"
        query={byAgent}
        id={(row) => row.agent}
        figures={[
          name(t("report.agent"), (row) => row.agent),
          count(t("report.assigned"), (row) => row.total_assigned),
          count(t("report.resolved"), (row) => row.total_resolved),
          rate(t("report.rate"), (row) => row.resolve_rate),
          {
            label: t("report.resolution"),
            show: (row) => (row.avg_resolution_minutes === null ? "–" : duration(row.avg_resolution_minutes)),
            file: (row) => row.avg_resolution_minutes,
          },
        ]}
      />
      <Part<Kept>
        title={t("report.sla")}
        name="sla"
        query={promised}
        id={(row) => row.priority}
        figures={[
          name(t("ticket.priority.title"), (row) => t(`ticket.priority.${row.priority}`)),
          count(t("report.total"), (row) => row.total),
          count(t("report.firstLate"), (row) => row.fr_breached),
          count(t("report.resolutionLate"), (row) => row.res_breached),
        ]}
      />
      <Part<DeskCategoryFigures>
        title={t("report.byCategory")}
        name="categories"
        query={byCategory}
        id={(row) => row.category}
        figures={[
          name(t("ticket.category"), (row) => row.category),
          count(t("report.total"), (row) => row.total),
        ]}
      />
    </SimpleGrid>
  );
}
