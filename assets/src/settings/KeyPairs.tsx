// The key pairs with which programs file tickets for a project.
import { Badge, Group, Stack, TagsInput, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import {
  deleteAdminProjectsByProjectApiKeysByKey,
  type DeskKeyPair,
  type DeskMadeKeyPair,
  postAdminProjectsByProjectApiKeys,
} from "../api";
import { ago, moment } from "../figures";
import { Acts } from "../frame/Acts";
import { Once } from "../frame/Once";
import { answer } from "../frame/queries";
import { type Column, Rows } from "../frame/Rows";
import { Sheet, useSave } from "../frame/Sheet";
import { AddButton } from "./AddButton";

function NewPair(props: { project: number; close: () => void; done: (made: DeskMadeKeyPair) => void }) {
  const { t } = useTranslation();
  const { project, close, done } = props;
  const form = useForm({ initialValues: { name: "", expires_at: "", allowed_ips: [] as string[] } });
  const save = useSave({
    ask: ({ name, expires_at, allowed_ips }: typeof form.values) =>
      answer(
        postAdminProjectsByProjectApiKeys({
          path: { project },
          body: { name, allowed_ips, expires_at: expires_at || null },
        }),
      ),
    again: [["project", project]],
    done: (made) => {
      close();
      done(made);
    },
    form,
  });
  return (
    <Sheet
      title={t("settings.pair.add")}
      word={t("act.add")}
      close={close}
      pending={save.isPending}
      submit={form.onSubmit((values) => save.mutate(values))}
    >
      <TextInput label={t("settings.name")} required data-autofocus {...form.getInputProps("name")} />
      <TextInput label={t("settings.expires")} type="date" {...form.getInputProps("expires_at")} />
      <TagsInput
        label={t("settings.pair.ips")}
        description={t("settings.pair.ipsHint")}
        {...form.getInputProps("allowed_ips")}
      />
    </Sheet>
  );
}

/** All of a project, without their secrets. */
export function KeyPairs({ project, pairs }: { project: number; pairs: DeskKeyPair[] }) {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<DeskMadeKeyPair | null>(null);
  const revoke = useSave({
    ask: (key: number) => answer(deleteAdminProjectsByProjectApiKeysByKey({ path: { project, key } })),
    again: [["project", project]],
  });
  const columns: Column<DeskKeyPair>[] = [
    { label: t("settings.name"), cell: (pair) => pair.name },
    { label: t("settings.prefix"), cell: (pair) => <code>{pair.key_prefix}…</code> },
    {
      label: t("settings.state"),
      cell: (pair) => (
        <Badge variant="light" color={pair.is_active ? "teal" : "gray"}>
          {t(pair.revoked_at ? "settings.revoked" : pair.is_active ? "settings.active" : "settings.inactive")}
        </Badge>
      ),
    },
    { label: t("settings.lastUsed"), cell: (pair) => pair.last_used_at && ago(pair.last_used_at) },
    { label: t("settings.expires"), cell: (pair) => pair.expires_at && moment(pair.expires_at) },
    {
      label: t("act.title"),
      unseen: true,
      cell: (pair) =>
        !pair.revoked_at && (
          <Acts
            name={pair.name}
            remove={{
              word: t("settings.revoke"),
              text: t("settings.revokeHint"),
              act: () => revoke.mutate(pair.id),
            }}
          />
        ),
    },
  ];
  return (
    <Stack gap="sm" component="section">
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t("settings.pair.title")}
        </Title>
        <AddButton word={t("settings.pair.add")} act={() => setAdding(true)} />
      </Group>
      <Rows
        rows={pairs}
        columns={columns}
        id={(pair) => pair.id}
        none={t("settings.pair.none")}
        noneHint={t("settings.pair.noneHint")}
      />
      {adding && <NewPair project={project} close={() => setAdding(false)} done={setMade} />}
      {made && (
        <Once
          title={t("settings.pair.title")}
          hint={t("settings.onceHint")}
          values={[
            { label: t("settings.pair.key"), value: made.api_key },
            { label: t("settings.pair.secret"), value: made.api_secret },
          ]}
          close={() => setMade(null)}
        />
      )}
    </Stack>
  );
}
