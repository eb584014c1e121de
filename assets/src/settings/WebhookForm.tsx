// A webhook as it is made or changed.
import { MultiSelect, Select, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { type DeskKindWord, type DeskWebhook, patchWebhooksById, postWebhooks } from "../api";
import { answer } from "../frame/queries";
import { Sheet, useSave } from "../frame/Sheet";
import { EVENTS } from "../live/kinds";
import { choices, projects } from "./project";
import { webhooks } from "./webhook";

/** The form; `done` gets a new one, whose secret is shown this once. */
export function WebhookForm(props: {
  webhook?: DeskWebhook | undefined;
  close: () => void;
  done: (webhook: DeskWebhook) => void;
}) {
  const { t } = useTranslation();
  const { webhook } = props;
  const { data: known } = useQuery(projects);
  const form = useForm({
    initialValues: {
      name: webhook?.name ?? "",
      url: webhook?.url ?? "",
      events: webhook?.events ?? ([] as DeskKindWord[]),
      project: webhook?.project_id ? String(webhook.project_id) : null,
      includes_internal: webhook?.includes_internal ?? false,
      is_active: webhook?.is_active ?? true,
    },
  });
  const save = useSave({
    ask: async ({ project, ...values }: typeof form.values) => {
      const body = { ...values, project_id: project ? Number(project) : null };
      const asked = webhook ? patchWebhooksById({ path: { id: webhook.id }, body }) : postWebhooks({ body });
      return (await answer(asked)).webhook;
    },
    again: [webhooks.queryKey],
    done: (saved) => {
      props.close();
      if (!webhook) props.done(saved);
    },
    form,
  });
  return (
    <Sheet
      title={webhook ? webhook.name : t("settings.webhook.add")}
      word={webhook ? t("act.save") : t("act.add")}
      close={props.close}
      pending={save.isPending}
      submit={form.onSubmit((values) => save.mutate(values))}
    >
      <TextInput label={t("settings.name")} required data-autofocus {...form.getInputProps("name")} />
      <TextInput
        label={t("settings.webhook.url")}
        description={t("settings.webhook.urlHint")}
        required
        type="url"
        {...form.getInputProps("url")}
      />
      <MultiSelect
        label={t("settings.webhook.events")}
        placeholder={form.values.events.length === 0 ? t("settings.webhook.everything") : ""}
        data={EVENTS}
        searchable
        clearable
        {...form.getInputProps("events")}
      />
      <Select
        label={t("settings.webhook.project")}
        placeholder={t("settings.everyProject")}
        data={choices(known)}
        searchable
        clearable
        {...form.getInputProps("project")}
        error={form.errors["project_id"]}
      />
      <Switch
        label={t("settings.webhook.internal")}
        description={t("settings.webhook.internalHint")}
        {...form.getInputProps("includes_internal", { type: "checkbox" })}
      />
      <Switch label={t("settings.active")} {...form.getInputProps("is_active", { type: "checkbox" })} />
    </Sheet>
  );
}
