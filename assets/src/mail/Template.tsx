// The words of one mail: written on one side, seen on the other.
import {
  Button,
  Card,
  Code,
  Grid,
  Group,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import {
  deleteMailTemplatesByName,
  type DeskMailTemplate,
  type DeskMailTemplateChange,
  putMailTemplatesByName,
} from "../api";
import { moment } from "../figures";
import { confirm } from "../frame/confirm";
import { TextLink } from "../frame/links";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { useSave } from "../frame/Sheet";
import { Empty, Loaded } from "../frame/State";
import { LANGUAGES, templates, wordsOf } from "./mail";
import { Preview } from "./Preview";

const AGAIN = [["mailTemplates"], ["mailPreview"]];

function Words({ words }: { words: DeskMailTemplate }) {
  const { t } = useTranslation();
  const { name, language } = words;
  const form = useForm({
    initialValues: {
      subject: words.subject,
      text: words.text,
      hasHtml: words.html !== null,
      html: words.html ?? "",
    },
  });
  const { subject, text, hasHtml, html } = form.values;
  const now: DeskMailTemplateChange = { subject, text, html: hasHtml && html ? html : null };
  const saved = () => notifications.show({ color: "teal", message: t("saved") });
  const save = useSave({
    ask: (body: DeskMailTemplateChange) =>
      answer(putMailTemplatesByName({ path: { name }, query: { language }, body })),
    again: AGAIN,
    done: saved,
    form,
  });
  const restore = useSave({
    ask: () => answer(deleteMailTemplatesByName({ path: { name }, query: { language } })),
    again: AGAIN,
    done: saved,
  });
  return (
    <Grid gap="lg">
      <Grid.Col span={{ base: 12, lg: 7 }}>
        <Card withBorder>
          <form onSubmit={form.onSubmit(() => save.mutate(now))}>
            <Stack>
              <TextInput label={t("mail.subject")} required {...form.getInputProps("subject")} />
              <Textarea
                label={t("mail.text")}
                required
                autosize
                minRows={10}
                maxRows={24}
                styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
                {...form.getInputProps("text")}
              />
              <Text size="xs" c="dimmed" component="div">
                {t("mail.variables")}{" "}
                {words.variables.map((variable) => (
                  <Code key={variable} mr={4}>{`{{ ${variable} }}`}</Code>
                ))}
              </Text>
              <Switch
                label={t("mail.ownHtml")}
                description={t("mail.ownHtmlHint")}
                {...form.getInputProps("hasHtml", { type: "checkbox" })}
              />
              {hasHtml && (
                <Textarea
                  label={t("mail.html")}
                  autosize
                  minRows={6}
                  maxRows={24}
                  styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
                  {...form.getInputProps("html")}
                />
              )}
              <Group justify="space-between">
                {words.is_custom ? (
                  <Button
                    variant="default"
                    loading={restore.isPending}
                    onClick={() =>
                      confirm(t("mail.restore"), t("mail.restoreHint"), t("mail.restore"), () =>
                        restore.mutate(undefined),
                      )
                    }
                  >
                    {t("mail.restore")}
                  </Button>
                ) : (
                  <span />
                )}
                <Button type="submit" loading={save.isPending} disabled={!form.isDirty()}>
                  {t("act.save")}
                </Button>
              </Group>
            </Stack>
          </form>
        </Card>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 5 }}>
        <Preview name={name} language={language} words={now} />
      </Grid.Col>
    </Grid>
  );
}

/** The page of a mail. */
export function Template() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id } = useParams({ from: "/console/settings/admin/templates/$id" });
  const { language = "en" } = useSearch({ from: "/console/settings/admin/templates/$id" });
  const all = useQuery(templates);
  return (
    <Loaded query={all}>
      {(found) => {
        const words = wordsOf(found, id, language);
        if (!words) return <Empty title={t("problem.missing")} order={1} />;
        const at = words.updated_at;
        return (
          <Page
            title={t(`settings.mail.template.${words.name}`)}
            hint={
              at
                ? `${t(`mail.when.${words.name}`)} ${t("mail.changed", { at: moment(at) })}`
                : t(`mail.when.${words.name}`)
            }
            actions={
              <SegmentedControl
                aria-label={t("appearance.language")}
                value={language}
                data={LANGUAGES.map((value) => ({ value, label: t(`mail.language.${value}`) }))}
                onChange={(value) =>
                  void navigate({
                    to: "/console/settings/templates/$id",
                    params: { id },
                    search: value === "de" ? { language: "de" } : {},
                  })
                }
              />
            }
          >
            <TextLink to="/console/settings/templates" size="sm">
              {t("mail.all")}
            </TextLink>
            {/* Saved words are other words. */}
            <Words key={`${words.name} ${language} ${at ?? ""}`} words={words} />
          </Page>
        );
      }}
    </Loaded>
  );
}
