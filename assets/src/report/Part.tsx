// One part of the reports: a title, its figures, and a file of them.
import { ActionIcon, Group, Stack, Title, Tooltip } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Rows } from "../frame/Rows";
import { Loaded } from "../frame/State";
import { type Cell, download } from "./csv";

/** A column: what it is called, how it is shown, and what stands in the file. */
export interface Figure<T> {
  label: string;
  show: (row: T) => ReactNode;
  file: (row: T) => Cell;
}

/** The part; as a table, where nothing else is given. */
export function Part<T>(props: {
  title: string;
  name: string;
  query: UseQueryResult<T[]>;
  figures: Figure<T>[];
  id: (row: T) => string;
  children?: (rows: T[]) => ReactNode;
}) {
  const { t } = useTranslation();
  const { title, name, query, figures, id } = props;
  const save = (rows: T[]) =>
    download(
      `${name}.csv`,
      figures.map(({ label }) => label),
      rows.map((row) => figures.map(({ file }) => file(row))),
    );
  return (
    <Stack gap="xs" component="section">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {title}
        </Title>
        <Tooltip label={t("report.csv")}>
          <ActionIcon
            variant="default"
            disabled={!query.data}
            onClick={() => query.data && save(query.data)}
            aria-label={`${t("report.csv")}: ${title}`}
          >
            <IconDownload size={16} />
          </ActionIcon>
        </Tooltip>
      </Group>
      <Loaded query={query}>
        {(rows) =>
          props.children ? (
            props.children(rows)
          ) : (
            <Rows
              rows={rows}
              columns={figures.map(({ label, show }, at) => ({ label, cell: show, figure: at > 0 }))}
              id={id}
              none={t("report.none")}
              minWidth={420}
            />
          )
        }
      </Loaded>
    </Stack>
  );
}
