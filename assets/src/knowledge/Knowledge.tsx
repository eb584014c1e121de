// The articles of the knowledge base, by place and by search.
import { Badge, Grid, Group, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { HelpdeskArticle } from "../api";
import { ago } from "../figures";
import { ButtonLink, TextLink } from "../frame/links";
import { Page } from "../frame/Page";
import { type Column, Rows } from "../frame/Rows";
import { Loaded } from "../frame/State";
import { articles, clean, type Filter } from "./knowledge";
import { Places } from "./Places";
import { Snippet } from "./Rendered";

/** The list beside the places. */
export function Knowledge() {
  const { t } = useTranslation();
  const filter = useSearch({ from: "/console/knowledge" });
  const navigate = useNavigate({ from: "/console/knowledge" });
  const narrow = (change: { [K in keyof Filter]?: Filter[K] | undefined }) =>
    void navigate({ search: clean({ ...filter, ...change }), replace: true });
  const search = useDebouncedCallback((text: string) => narrow({ search: text || undefined }), 250);
  const found = useQuery({ ...articles(filter), placeholderData: keepPreviousData });
  const columns: Column<HelpdeskArticle>[] = [
    {
      label: t("knowledge.title"),
      cell: (article) => (
        <>
          <TextLink to="/console/knowledge/$id" params={{ id: article.id }} fw={550} size="sm">
            {article.title}
          </TextLink>
          {article.snippet && (
            <Text size="xs" c="dimmed" lineClamp={2} maw={480}>
              <Snippet html={article.snippet} />
            </Text>
          )}
        </>
      ),
    },
    {
      label: t("knowledge.status.title"),
      cell: (article) => (
        <Group gap={4} wrap="nowrap">
          <Badge size="sm" variant="light" color={article.status === "published" ? "teal" : "gray"}>
            {t(`knowledge.status.${article.status}`)}
          </Badge>
          {article.visibility === "internal" && (
            <Badge size="sm" variant="light" color="yellow">
              {t("knowledge.visibility.internal")}
            </Badge>
          )}
          {article.isFaq && (
            <Badge size="sm" variant="light">
              {t("knowledge.faq")}
            </Badge>
          )}
        </Group>
      ),
    },
    {
      label: t("knowledge.helpful"),
      figure: true,
      cell: (article) => `${article.helpfulCount} / ${article.helpfulCount + article.notHelpfulCount}`,
    },
    { label: t("knowledge.updated"), cell: (article) => ago(article.updatedAt) },
  ];
  return (
    <Page
      title={t("place.knowledge")}
      actions={
        <ButtonLink
          to="/console/knowledge/$id"
          params={{ id: "new" }}
          leftSection={<IconPlus size={16} aria-hidden />}
        >
          {t("knowledge.add")}
        </ButtonLink>
      }
    >
      <Grid>
        <Grid.Col span={{ base: 12, md: 3 }}>
          <Places filter={filter} pick={({ categoryId, folderId }) => narrow({ categoryId, folderId })} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 9 }}>
          <Stack gap="sm">
            <Group gap="xs" role="search">
              <TextInput
                aria-label={t("knowledge.search")}
                placeholder={t("knowledge.search")}
                leftSection={<IconSearch size={16} aria-hidden />}
                defaultValue={filter.search ?? ""}
                onChange={(event) => search(event.currentTarget.value)}
                w={260}
              />
              <Select
                aria-label={t("knowledge.status.title")}
                placeholder={t("knowledge.status.title")}
                data={(["draft", "published"] as const).map((value) => ({
                  value,
                  label: t(`knowledge.status.${value}`),
                }))}
                value={filter.status ?? null}
                onChange={(status) => narrow({ status: (status as Filter["status"] | null) ?? undefined })}
                clearable
                w={170}
              />
              <Switch
                label={t("knowledge.faqOnly")}
                checked={filter.isFaq ?? false}
                onChange={(event) => narrow({ isFaq: event.currentTarget.checked || undefined })}
              />
            </Group>
            <Loaded query={found}>
              {(rows) => (
                <Rows
                  rows={rows}
                  columns={columns}
                  id={(article) => article.id}
                  none={t("knowledge.none")}
                  noneHint={t("knowledge.noneHint")}
                  minWidth={620}
                />
              )}
            </Loaded>
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}
