// What came of a table, or would come of it: in figures, and everything that is wrong, row by row.
import { Alert, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { HelpdeskImportError, HelpdeskImportReport } from "../api";
import { exact } from "../figures";
import { type Column, Pager, Rows } from "../frame/Rows";
import { said } from "../said";

const PER_PAGE = 50;

type Wrong = HelpdeskImportError & { at: number };

function Wrongs({ report }: { report: HelpdeskImportReport }) {
  const { t } = useTranslation();
  const [page, setPage] = useState(1);
  const { errors, errorsLeftOut: more = 0 } = report;
  const columns: Column<Wrong>[] = [
    { label: t("table.row"), figure: true, cell: ({ row }) => exact(row) },
    {
      label: t("table.column"),
      cell: ({ field }) => (
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          {field ?? t("table.wholeRow")}
        </Text>
      ),
    },
    { label: t("table.problem"), cell: ({ message }) => said(message) },
  ];
  const count = errors.length + Number(more);
  return (
    <Stack component="section">
      <Title order={3} size="h5">
        {t("table.wrong", { count, number: exact(count) })}
      </Title>
      <Rows
        rows={errors.map((error, at) => ({ ...error, at })).slice((page - 1) * PER_PAGE, page * PER_PAGE)}
        columns={columns}
        id={({ at }) => at}
        none=""
        minWidth={420}
      />
      <Pager page={page} last={Math.ceil(errors.length / PER_PAGE)} go={setPage} />
      {more > 0 && (
        <Text size="sm" c="dimmed">
          {t("table.more", { count: Number(more), number: exact(more) })}
        </Text>
      )}
    </Stack>
  );
}

/** The report of a run, dry or not. */
export function Report({ report, dry }: { report: HelpdeskImportReport; dry: boolean }) {
  const { t } = useTranslation();
  const { created, updated, skipped, errors } = report;
  const figures = [
    { word: "created", count: created },
    { word: "updated", count: updated },
    { word: "skipped", count: skipped },
  ];
  return (
    <Stack>
      <Alert
        color={errors.length > 0 ? "yellow" : "teal"}
        title={t(dry ? "table.foreseen" : "table.done")}
        role="status"
      >
        <Group gap="lg">
          {figures.map(({ word, count }) => (
            <Text key={word} size="sm">
              {t(`table.${word}`, { number: exact(count) })}
            </Text>
          ))}
        </Group>
      </Alert>
      {errors.length > 0 && <Wrongs report={report} />}
    </Stack>
  );
}
