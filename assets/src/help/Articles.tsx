// Articles that help, found while one types.
import { Badge, Group, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { HelpdeskPublicArticleRow } from "../api";
import { CardLink } from "../frame/links";
import { Page } from "../frame/Page";
import { Empty, Loaded } from "../frame/State";
import { articles } from "./article";
import { Html } from "./Html";

/** Where articles are read: in the portal, or without a session. */
export type Place = "/help/$id" | "/portal/help/$id";

function Row({ article, place }: { article: HelpdeskPublicArticleRow; place: Place }) {
  const { t } = useTranslation();
  return (
    <CardLink to={place} params={{ id: article.id }} withBorder padding="md">
      <Group gap="xs" mb={4} justify="space-between">
        <Text fw={600}>{article.title}</Text>
        {article.isFaq && (
          <Badge variant="light" radius="sm">
            {t("help.faq")}
          </Badge>
        )}
      </Group>
      {article.snippet ? (
        <Html html={article.snippet} />
      ) : (
        <Text size="sm" c="dimmed" lineClamp={3}>
          {article.excerpt}
        </Text>
      )}
    </CardLink>
  );
}

/** Frequent questions first, then the others by category. */
function groups(found: HelpdeskPublicArticleRow[], frequent: string, other: string) {
  const named = found.map((article): [string, HelpdeskPublicArticleRow] => [
    article.isFaq ? frequent : (article.category?.name ?? other),
    article,
  ]);
  const byName = Object.groupBy(named, ([name]) => name);
  const weight = (name: string) => (name === frequent ? 0 : name === other ? 2 : 1);
  return Object.entries(byName)
    .map(([name, rows]) => ({ name, rows: (rows ?? []).map(([, article]) => article) }))
    .sort((a, b) => weight(a.name) - weight(b.name) || a.name.localeCompare(b.name));
}

/** The search, and what it finds; without one everything there is. */
export function Articles({ place }: { place: Place }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [search] = useDebouncedValue(text.trim(), 200);
  const found = useQuery({ ...articles(search), placeholderData: keepPreviousData });
  const list = (rows: HelpdeskPublicArticleRow[]) => (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {rows.map((article) => (
        <Row key={article.id} article={article} place={place} />
      ))}
    </SimpleGrid>
  );
  return (
    <Page title={t("help.title")} hint={t("help.hint")}>
      <div role="search">
        <TextInput
          size="md"
          aria-label={t("help.search")}
          placeholder={t("help.search")}
          leftSection={<IconSearch size={18} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <Loaded query={found}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={t("help.none")}>{t(search ? "help.noneFound" : "help.noneHint")}</Empty>
          ) : search ? (
            list(rows)
          ) : (
            <Stack gap="lg">
              {groups(rows, t("help.frequent"), t("help.other")).map((group) => (
                <section key={group.name}>
                  <Title order={2} size="h4" mb="sm">
                    {group.name}
                  </Title>
                  {list(group.rows)}
                </section>
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Page>
  );
}
