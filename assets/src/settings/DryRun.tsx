// What a rule would have changed.
import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { HelpdeskDryRun, HelpdeskDryRunExecution } from "../api";
import { exact, moment } from "../figures";
import { type Column, Rows } from "../frame/Rows";

const said = (value: unknown): string =>
  value === null || value === undefined ? "–" : Array.isArray(value) ? value.join(", ") : String(value);

/** In numbers, and the first times in full. */
export function DryRun({ run }: { run: HelpdeskDryRun }) {
  const { t } = useTranslation();
  const columns: Column<HelpdeskDryRunExecution>[] = [
    { label: t("ticket.number"), cell: (one) => exact(one.ticketNumber) },
    { label: t("audit.when"), cell: (one) => moment(one.at) },
    {
      label: t("settings.rule.changes"),
      cell: (one) =>
        one.changes.map(({ field, from, to }) => (
          <Text key={field} size="sm">{`${field}: ${said(from)} → ${said(to)}`}</Text>
        )),
    },
  ];
  return (
    <Stack gap="xs" role="status">
      <Text size="sm">
        {t("settings.rule.wouldHave", {
          examined: exact(run.ticketsExamined),
          changed: exact(run.ticketsChanged),
          times: exact(run.executionCount),
        })}{" "}
        {!run.isComplete && t("settings.rule.incomplete")}
      </Text>
      {run.executions.length > 0 && (
        <Rows
          rows={run.executions}
          columns={columns}
          id={(one) => `${one.ticketId} ${one.at}`}
          none=""
          minWidth={420}
        />
      )}
    </Stack>
  );
}
