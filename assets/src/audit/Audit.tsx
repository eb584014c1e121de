// Who did what, newest first.
import { Button, Code, Group, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { type FleetAuditEntry, getAudit } from "../api";
import { ago, exact, moment } from "../figures";
import { ButtonLink } from "../frame/links";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { type Column, Rows } from "../frame/Rows";
import { Loaded } from "../frame/State";

const PER_PAGE = 100;

/** The log, page by page: it does not say how long it is. */
export function Audit() {
  const { t } = useTranslation();
  const { page = 1 } = useSearch({ from: "/console/admin/audit" });
  const offset = (page - 1) * PER_PAGE;
  const log = useQuery({
    queryKey: ["audit", page],
    queryFn: () => answer(getAudit({ query: { limit: PER_PAGE, offset } })),
    placeholderData: keepPreviousData,
  });
  const columns: Column<FleetAuditEntry>[] = [
    {
      label: t("audit.when"),
      cell: ({ created_at }) => (
        <Text size="sm" component="time" dateTime={created_at} title={ago(created_at)} className="figure">
          {moment(created_at)}
        </Text>
      ),
    },
    { label: t("audit.who"), cell: (entry) => entry.actor ?? t("audit.system") },
    { label: t("audit.what"), cell: (entry) => <Code>{entry.action}</Code> },
    { label: t("audit.target"), cell: (entry) => entry.target },
    { label: t("audit.ip"), cell: (entry) => entry.ip },
  ];
  return (
    <Page
      title={t("place.audit")}
      hint={
        log.data &&
        log.data.length > 0 &&
        t("audit.range", { from: exact(offset + 1), to: exact(offset + log.data.length) })
      }
      actions={
        <Button
          component="a"
          href="/api/audit/export"
          download="audit.csv"
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {t("audit.export")}
        </Button>
      }
    >
      <Loaded query={log}>
        {(rows) => (
          <>
            <Rows
              rows={rows}
              columns={columns}
              id={(entry) => entry.id}
              none={t("audit.none")}
              minWidth={820}
            />
            <Group justify="center">
              {page > 1 && (
                <ButtonLink variant="default" to="/console/audit" search={page > 2 ? { page: page - 1 } : {}}>
                  {t("audit.newer")}
                </ButtonLink>
              )}
              {rows.length === PER_PAGE && (
                <ButtonLink variant="default" to="/console/audit" search={{ page: page + 1 }}>
                  {t("audit.older")}
                </ButtonLink>
              )}
            </Group>
          </>
        )}
      </Loaded>
    </Page>
  );
}
