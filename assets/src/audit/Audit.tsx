// Who did what, newest first.
import { Button, Code, Group, Stack, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";

import type { FleetAuditEntry } from "../api";
import { ago, exact, moment } from "../figures";
import { Page } from "../frame/Page";
import { type Column, Rows } from "../frame/Rows";
import { Loaded } from "../frame/State";
import { Filters } from "./Filters";
import { atOnce, isOne, isPast, isSought, log, type Sought } from "./log";

/** So many are looked for unasked, within so many entries. */
const ENOUGH = 50;
const FAR = 10_000;

function useFound(sought: Sought) {
  const query = useInfiniteQuery(log(atOnce(sought)));
  const read = (query.data?.pages ?? []).flat();
  const found = read.filter((entry) => isOne(entry, sought));
  const ended = !query.hasNextPage || isPast(read.at(-1), sought);
  const { isFetching, fetchNextPage } = query;
  const goesOn = isSought(sought) && !ended && found.length < ENOUGH && read.length < FAR && !query.error;
  useEffect(() => {
    if (goesOn && !isFetching) void fetchNextPage();
  }, [goesOn, isFetching, fetchNextPage]);
  return { query, read, found, ended, goesOn };
}

/** The log, as far back as one looks. */
export function Audit() {
  const { t } = useTranslation();
  const sought = useSearch({ from: "/console/admin/audit" });
  const navigate = useNavigate({ from: "/console/audit" });
  const { query, read, found, ended, goesOn } = useFound(sought);
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
      hint={t("audit.hint")}
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
      <Filters sought={sought} seek={(search) => void navigate({ search, replace: true })} />
      <Loaded query={query}>
        {() => (
          <Stack>
            <Text size="sm" c="dimmed" role="status">
              {goesOn
                ? t("audit.looking", { count: read.length, number: exact(read.length) })
                : t(ended ? "audit.foundAll" : "audit.found", {
                    found: exact(found.length),
                    count: read.length,
                    number: exact(read.length),
                  })}
            </Text>
            <Rows
              rows={found}
              columns={columns}
              id={(entry) => entry.id}
              none={t(isSought(sought) ? "audit.noneFound" : "audit.none")}
              noneHint={isSought(sought) ? t("audit.noneFoundHint") : ""}
              minWidth={820}
            />
            {!ended && (
              <Group justify="center">
                <Button
                  variant="default"
                  loading={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  {t("audit.older")}
                </Button>
              </Group>
            )}
          </Stack>
        )}
      </Loaded>
    </Page>
  );
}
