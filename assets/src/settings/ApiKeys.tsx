// The keys with which programs speak to the API.
import { Checkbox, Group, NumberInput, Select, SimpleGrid, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import {
  deleteApiKeysById,
  getApiKeys,
  type HelpdeskApiKey,
  type HelpdeskScopeWord,
  postApiKeys,
} from "../api";
import { ago, exact, moment } from "../figures";
import { Acts } from "../frame/Acts";
import { Once } from "../frame/Once";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { type Column, Rows } from "../frame/Rows";
import { Sheet, useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { AddButton } from "./AddButton";
import { choices, projects } from "./project";

const AGAIN = [["apiKeys"]];

/** What a key may be allowed. */
export const SCOPES: readonly HelpdeskScopeWord[] = [
  "tickets:read",
  "tickets:write",
  "users:read",
  "users:write",
  "kb:read",
  "kb:write",
  "settings:read",
  "settings:write",
  "fleet:read",
  "fleet:write",
];

function NewKey(props: { close: () => void; done: (key: HelpdeskApiKey) => void }) {
  const { t } = useTranslation();
  const all = useQuery(projects);
  const form = useForm({
    initialValues: {
      name: "",
      scopes: ["tickets:read"] as HelpdeskScopeWord[],
      projectId: null as string | null,
      rateLimit: "" as number | "",
      /** As the field has it: without a zone. */
      expiresAt: "",
    },
  });
  const save = useSave({
    ask: ({ rateLimit, expiresAt, ...values }: typeof form.values) =>
      answer(
        postApiKeys({
          body: {
            ...values,
            rateLimit: rateLimit === "" ? null : rateLimit,
            expiresAt: expiresAt === "" ? null : new Date(expiresAt).toISOString(),
          },
        }),
      ),
    again: AGAIN,
    done: (key) => {
      props.close();
      props.done(key);
    },
    form,
  });
  return (
    <Sheet
      title={t("settings.key.add")}
      word={t("act.add")}
      close={props.close}
      pending={save.isPending}
      submit={form.onSubmit((values) => save.mutate(values))}
    >
      <TextInput label={t("settings.name")} required data-autofocus {...form.getInputProps("name")} />
      <Checkbox.Group label={t("settings.scopes")} {...form.getInputProps("scopes")}>
        <SimpleGrid cols={2} spacing="xs" mt="xs">
          {SCOPES.map((scope) => (
            <Checkbox key={scope} value={scope} label={scope} />
          ))}
        </SimpleGrid>
      </Checkbox.Group>
      <Select
        label={t("settings.key.project")}
        placeholder={t("settings.everyProject")}
        data={choices(all.data)}
        clearable
        {...form.getInputProps("projectId")}
      />
      <Group grow>
        <NumberInput
          label={t("settings.key.rate")}
          min={1}
          max={1_000_000}
          {...form.getInputProps("rateLimit")}
        />
        <TextInput label={t("settings.expires")} type="datetime-local" {...form.getInputProps("expiresAt")} />
      </Group>
    </Sheet>
  );
}

/** All of them, without their secrets. */
export function ApiKeys() {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<HelpdeskApiKey | null>(null);
  const keys = useQuery({
    queryKey: ["apiKeys"],
    queryFn: () => answer(getApiKeys({ query: { limit: 1000 } })),
  });
  const revoke = useSave({
    ask: (id: string) => answer(deleteApiKeysById({ path: { id } })),
    again: AGAIN,
  });
  const columns: Column<HelpdeskApiKey>[] = [
    { label: t("settings.name"), cell: (key) => key.name },
    { label: t("settings.prefix"), cell: (key) => <code>{key.keyPrefix}…</code> },
    { label: t("settings.scopes"), cell: (key) => key.scopes.join(", ") },
    {
      label: t("settings.key.rate"),
      figure: true,
      cell: (key) => key.rateLimit !== null && exact(key.rateLimit),
    },
    { label: t("settings.lastUsed"), cell: (key) => key.lastUsedAt && ago(key.lastUsedAt) },
    { label: t("settings.expires"), cell: (key) => key.expiresAt && moment(key.expiresAt) },
    {
      label: t("act.title"),
      unseen: true,
      cell: (key) => (
        <Acts
          name={key.name}
          remove={{
            word: t("settings.revoke"),
            text: t("settings.revokeHint"),
            act: () => revoke.mutate(key.id),
          }}
        />
      ),
    },
  ];
  return (
    <Page
      title={t("settings.area.keys")}
      actions={<AddButton word={t("settings.key.add")} act={() => setAdding(true)} />}
    >
      <Loaded query={keys}>
        {(rows) => (
          <Rows
            rows={rows}
            columns={columns}
            id={(key) => key.id}
            none={t("settings.key.none")}
            noneHint={t("settings.key.noneHint")}
            minWidth={820}
          />
        )}
      </Loaded>
      {adding && <NewKey close={() => setAdding(false)} done={setMade} />}
      {made?.key && (
        <Once
          title={made.name}
          hint={t("settings.onceHint")}
          values={[{ label: t("settings.key.title"), value: made.key }]}
          close={() => setMade(null)}
        />
      )}
    </Page>
  );
}
