// One article: written in Markdown, and shown as readers see it once it is saved.
import {
  Button,
  Card,
  Grid,
  Group,
  Select,
  Stack,
  Switch,
  Tabs,
  TagsInput,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import {
  deleteKbArticlesById,
  getKbArticlesByIdRendered,
  type HelpdeskArticle,
  patchKbArticlesById,
  postKbArticles,
} from "../api";
import { moment } from "../figures";
import { confirm } from "../frame/confirm";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { useSave } from "../frame/Sheet";
import { Empty, Loaded } from "../frame/State";
import { article, categories, folders } from "./knowledge";
import { Rendered } from "./Rendered";

const AGAIN = [["kb"]];
const choices = (all: { id: string; name: string }[] | undefined) =>
  (all ?? []).map(({ id, name }) => ({ value: id, label: name }));

function Preview({ id }: { id: string }) {
  const rendered = useQuery({
    queryKey: ["kb", "rendered", id],
    queryFn: () => answer(getKbArticlesByIdRendered({ path: { id } })),
  });
  return <Loaded query={rendered}>{({ html }) => <Rendered html={html} />}</Loaded>;
}

function Actions({ article }: { article: HelpdeskArticle }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const path = { id: article.id };
  const published = article.status === "published";
  const turn = useSave({
    ask: () => answer(patchKbArticlesById({ path, body: { status: published ? "draft" : "published" } })),
    again: AGAIN,
  });
  const remove = useSave({
    ask: () => answer(deleteKbArticlesById({ path })),
    again: [["kb", "articles"]],
    done: () => void navigate({ to: "/console/knowledge" }),
  });
  return (
    <>
      <Button variant="default" loading={turn.isPending} onClick={() => turn.mutate()}>
        {t(published ? "knowledge.unpublish" : "knowledge.publish")}
      </Button>
      <Button
        variant="light"
        color="red"
        onClick={() =>
          confirm(article.title, t("knowledge.deleteHint"), t("act.delete"), () => remove.mutate())
        }
      >
        {t("act.delete")}
      </Button>
    </>
  );
}

function Editor({ article }: { article?: HelpdeskArticle }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const places = useQuery(categories);
  const inside = useQuery(folders);
  const form = useForm({
    initialValues: {
      title: article?.title ?? "",
      content: article?.content ?? "",
      categoryId: article?.categoryId ?? null,
      folderId: article?.folderId ?? null,
      visibility: article?.visibility ?? ("public" as const),
      isFaq: article?.isFaq ?? false,
      tags: article?.tags ?? [],
    },
  });
  const save = useSave({
    ask: (body: typeof form.values) =>
      article
        ? answer(patchKbArticlesById({ path: { id: article.id }, body }))
        : answer(postKbArticles({ body })),
    again: AGAIN,
    done: ({ id }) => {
      form.resetDirty();
      if (!article) void navigate({ to: "/console/knowledge/$id", params: { id }, replace: true });
    },
    form,
  });
  const lying = (inside.data ?? []).filter(
    ({ categoryId }) => !form.values.categoryId || categoryId === form.values.categoryId,
  );
  return (
    <Page
      title={article?.title ?? t("knowledge.add")}
      hint={
        article &&
        `${t(`knowledge.status.${article.status}`)} · ${t("knowledge.changed", { date: moment(article.updatedAt) })}`
      }
      actions={article && <Actions article={article} />}
    >
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
        <Grid>
          <Grid.Col span={{ base: 12, md: 8 }}>
            <Card withBorder>
              <Stack gap="sm">
                <TextInput label={t("knowledge.title")} required {...form.getInputProps("title")} />
                <Tabs defaultValue="write">
                  <Tabs.List mb="sm">
                    <Tabs.Tab value="write">{t("knowledge.write")}</Tabs.Tab>
                    <Tabs.Tab value="preview">{t("knowledge.preview")}</Tabs.Tab>
                  </Tabs.List>
                  <Tabs.Panel value="write">
                    <Textarea
                      aria-label={t("knowledge.content")}
                      description={t("knowledge.markdown")}
                      autosize
                      minRows={16}
                      maxRows={40}
                      {...form.getInputProps("content")}
                    />
                  </Tabs.Panel>
                  <Tabs.Panel value="preview">
                    {article && !form.isDirty("content") ? (
                      <Preview id={article.id} />
                    ) : (
                      <Empty title={t("knowledge.saveFirst")}>{t("knowledge.saveFirstHint")}</Empty>
                    )}
                  </Tabs.Panel>
                </Tabs>
              </Stack>
            </Card>
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 4 }}>
            <Card withBorder>
              <Stack gap="sm">
                <Select
                  label={t("knowledge.category")}
                  data={choices(places.data)}
                  clearable
                  {...form.getInputProps("categoryId")}
                />
                <Select
                  label={t("knowledge.folder")}
                  data={choices(lying)}
                  clearable
                  {...form.getInputProps("folderId")}
                />
                <Select
                  label={t("knowledge.visibility.title")}
                  data={(["public", "internal"] as const).map((value) => ({
                    value,
                    label: t(`knowledge.visibility.${value}`),
                  }))}
                  allowDeselect={false}
                  {...form.getInputProps("visibility")}
                />
                <TagsInput label={t("ticket.tags")} {...form.getInputProps("tags")} />
                <Switch
                  label={t("knowledge.faq")}
                  description={t("knowledge.faqHint")}
                  {...form.getInputProps("isFaq", { type: "checkbox" })}
                />
                <Group justify="flex-end">
                  <Button type="submit" loading={save.isPending}>
                    {t("act.save")}
                  </Button>
                </Group>
              </Stack>
            </Card>
          </Grid.Col>
        </Grid>
      </form>
    </Page>
  );
}

function Kept({ id }: { id: string }) {
  const found = useQuery(article(id));
  return <Loaded query={found}>{(article) => <Editor key={article.id} article={article} />}</Loaded>;
}

/** The page of one article, or of a new one. */
export function Article() {
  const { id } = useParams({ from: "/console/knowledge/$id" });
  return id === "new" ? <Editor /> : <Kept id={id} />;
}
