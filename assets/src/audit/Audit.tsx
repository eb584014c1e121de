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
import { Failed, Loaded } from "../frame/State";
import { Filters } from "./Filters";
import { exported, isSought, log, type Sought } from "./log";

/** So many are looked for unasked, within so many parts of the log. */
const ENOUGH = 50;
const FAR = 10;

function useFound(sought: Sought) {
  const query = useInfiniteQuery(log(sought));
  const parts = query.data?.pages ?? [];
  const found = parts.flatMap(({ entries }) => entries);
  const { isFetching, fetchNextPage, hasNextPage, isPlaceholderData, error } = query;
  const goesOn = hasNextPage && found.length < ENOUGH && parts.length < FAR && !error;
  useEffect(() => {
    if (goesOn && !isFetching) void fetchNextPage();
  }, [goesOn, isFetching, fetchNextPage]);
  const rests = hasNextPage ? "audit.found" : "audit.foundAll";
  // What was found before stays in sight until the first answer.
  const word = isPlaceholderData ? "loading" : goesOn ? "audit.looking" : rests;
  return { query, found, word };
}

/** The log, as far back as one looks. */
export function Audit() {
  const { t } = useTranslation();
  const sought = useSearch({ from: "/console/admin/audit" });
  const navigate = useNavigate({ from: "/console/audit" });
  const { query, found, word } = useFound(sought);
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
          href={exported(sought)}
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
              {t(word, { count: found.length, number: exact(found.length) })}
            </Text>
            <Rows
              rows={found}
              columns={columns}
              id={(entry) => entry.id}
              none={t(isSought(sought) ? "audit.noneFound" : "audit.none")}
              noneHint={isSought(sought) ? t("audit.noneFoundHint") : ""}
              minWidth={820}
            />
            {query.error && <Failed error={query.error} />}
            {query.hasNextPage && (
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
