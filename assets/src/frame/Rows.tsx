// A table as every list shows it, and the pages below it.
import { Card, Group, Pagination, Table, VisuallyHidden } from "@mantine/core";
import { memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { exact } from "../figures";
import { CELL, ROW } from "./plain";
import { Empty } from "./State";

const FIGURE = { className: `${CELL.className} figure`, style: { textAlign: "right" } } as const;

/** One column: what it is called and what stands in it. */
export interface Column<T> {
  label: string;
  /** The label is for those who cannot see that it goes without saying. */
  unseen?: boolean;
  figure?: boolean;
  cell: (row: T) => ReactNode;
}

/** The rows, or the word that there are none. */
export function Rows<T>(props: {
  rows: T[];
  columns: Column<T>[];
  id: (row: T) => string | number;
  none: string;
  noneHint?: string;
  minWidth?: number;
}) {
  const { rows, columns, id, minWidth = 700 } = props;
  if (rows.length === 0)
    return (
      <Card withBorder>
        <Empty title={props.none}>{props.noneHint}</Empty>
      </Card>
    );
  return (
    <Card withBorder padding={0}>
      {/* Rows may hold nothing that keys reach: then the table itself must be scrolled by them. */}
      <Table.ScrollContainer minWidth={minWidth} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table highlightOnHover verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ label, unseen, figure }) => (
                <Table.Th key={label} {...(figure && { ta: "right" as const })}>
                  {unseen ? <VisuallyHidden>{label}</VisuallyHidden> : label}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <tr key={id(row)} {...ROW}>
                {columns.map(({ label, figure, cell }) => (
                  <td key={label} {...(figure ? FIGURE : CELL)}>
                    {cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

/** Which page of a list is shown. */
export const Pager = memo(function Pager(props: { page: number; last: number; go: (page: number) => void }) {
  const { t } = useTranslation();
  if (props.last < 2) return null;
  return (
    <Group justify="center">
      <Pagination
        total={props.last}
        value={props.page}
        onChange={props.go}
        siblings={1}
        getItemProps={(number) => ({ "aria-label": t("ticket.page", { number: exact(number) }) })}
        getControlProps={(control) => ({ "aria-label": t(`pages.${control}`) })}
      />
    </Group>
  );
});
