// Filing a ticket, with articles beside it that may already answer it.
import {
  Alert,
  Button,
  Card,
  Grid,
  Group,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { blame, unplaced } from "../../frame/fields";
import { ButtonLink, TextLink } from "../../frame/links";
import { Page } from "../../frame/Page";
import { articles } from "../../help/article";
import { categories, projects } from "../choices";
import { useCreate } from "../create";
import { Choose, Chosen, useFiles } from "../Files";

const empty = {
  project_id: null as string | null,
  category_id: null as string | null,
  subject: "",
  description: "",
};

/** Words shorter than this say little of what somebody looks for. */
const TELLING = 4;

/** Articles for the words of a subject: for all of them, or else for the longest one. */
function Suggestions({ subject }: { subject: string }) {
  const { t } = useTranslation();
  const [settled] = useDebouncedValue(subject, 300);
  const words = settled.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length >= TELLING);
  const longest = words.toSorted((a, b) => b.length - a.length)[0] ?? "";
  const all = useQuery({ ...articles(words.join(" "), 4), enabled: words.length > 0 });
  const nothing = all.data?.length === 0;
  const some = useQuery({ ...articles(longest, 4), enabled: nothing && words.length > 1 });
  const found = (nothing ? some.data : all.data) ?? [];
  if (words.length === 0 || found.length === 0) return null;
  return (
    <Card withBorder component="section" aria-live="polite">
      <Title order={2} size="h5" mb="sm">
        {t("ownTicket.mayHelp")}
      </Title>
      <Stack gap="sm">
        {found.map((article) => (
          <div key={article.id}>
            <TextLink to="/portal/help/$id" params={{ id: article.id }} target="_blank" size="sm" fw={600}>
              {article.title}
            </TextLink>
            <Text size="xs" c="dimmed" lineClamp={2}>
              {article.excerpt}
            </Text>
          </div>
        ))}
      </Stack>
    </Card>
  );
}

/** The form of customers. */
export function NewOwnTicket() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const chosen = useFiles();
  const { create, share } = useCreate();
  const [subject, setSubject] = useState("");
  const places = useQuery(projects).data ?? [];
  const kinds = useQuery(categories).data ?? [];
  // Where there is one project, nobody is asked for it.
  const only = places.length === 1 ? places[0]?.value : undefined;
  const form = useForm({
    initialValues: empty,
    validate: { project_id: (value) => (value || only ? null : t("newTicket.needsProject")) },
    onValuesChange: (values) => setSubject(values.subject),
  });
  const submit = form.onSubmit((values) =>
    create.mutate(
      {
        files: chosen.files,
        ticket: {
          subject: values.subject,
          description: values.description,
          project_id: Number(values.project_id ?? only),
          category_id: values.category_id ? Number(values.category_id) : null,
        },
      },
      {
        onSuccess: (filed) => void navigate({ to: "/portal/tickets/$id", params: { id: String(filed.id) } }),
        onError: (error) => blame(form, error),
      },
    ),
  );
  const field = (name: keyof typeof empty) => form.getInputProps(name);
  const problem = unplaced(create.error, Object.keys(empty));
  return (
    <Page title={t("ownTicket.new")} hint={t("ownTicket.newHint")}>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, sm: 8 }} order={{ base: 2, sm: 1 }}>
          <Card withBorder {...chosen.target}>
            <form onSubmit={submit}>
              <Stack>
                {problem && (
                  <Alert color="red" role="alert">
                    {problem}
                  </Alert>
                )}
                <TextInput label={t("ticket.subject")} required maxLength={255} {...field("subject")} />
                {places.length > 1 && (
                  <Select label={t("ownTicket.project")} required data={places} {...field("project_id")} />
                )}
                {kinds.length > 0 && (
                  <Select label={t("ownTicket.category")} data={kinds} clearable {...field("category_id")} />
                )}
                <Textarea
                  label={t("ownTicket.description")}
                  required
                  autosize
                  minRows={6}
                  maxRows={18}
                  {...field("description")}
                />
                <Chosen
                  files={chosen.files}
                  remove={chosen.remove}
                  share={share}
                  sending={create.isPending}
                />
                <Group justify="space-between">
                  <Choose add={chosen.add} />
                  <Group gap="xs">
                    <ButtonLink to="/portal/tickets" variant="default">
                      {t("newTicket.cancel")}
                    </ButtonLink>
                    <Button type="submit" loading={create.isPending}>
                      {t("ticket.send")}
                    </Button>
                  </Group>
                </Group>
              </Stack>
            </form>
          </Card>
        </Grid.Col>
        <Grid.Col span={{ base: 12, sm: 4 }} order={{ base: 1, sm: 2 }}>
          <Suggestions subject={subject} />
        </Grid.Col>
      </Grid>
    </Page>
  );
}
