// The fields of a project.
import { Select, Switch, Textarea, TextInput } from "@mantine/core";
import { useForm, type UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";

import type { DeskProject } from "../api";

/** The zones that the browser knows, and the one that is not a place. */
export const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

/** What the form holds. */
export interface Values {
  name: string;
  description: string;
  support_email: string;
  website_url: string;
  timezone: string;
  is_active: boolean;
  is_default: boolean;
}

/** A form about a project, or about a new one. */
export function useProjectForm(project?: DeskProject) {
  return useForm<Values>({
    initialValues: {
      name: project?.name ?? "",
      description: project?.description ?? "",
      support_email: project?.support_email ?? "",
      website_url: project?.website_url ?? "",
      timezone: project?.timezone ?? "UTC",
      is_active: project?.is_active ?? true,
      is_default: project?.is_default ?? false,
    },
  });
}

/** What the API takes: fields that are empty are nothing. */
export const body = (values: Values) => ({
  ...values,
  description: values.description || null,
  support_email: values.support_email || null,
  website_url: values.website_url || null,
});

/** The fields. */
export function ProjectFields({ form }: { form: UseFormReturnType<Values> }) {
  const { t } = useTranslation();
  return (
    <>
      <TextInput label={t("settings.name")} required {...form.getInputProps("name")} />
      <Textarea
        label={t("settings.description")}
        autosize
        minRows={2}
        {...form.getInputProps("description")}
      />
      <TextInput label={t("settings.project.email")} type="email" {...form.getInputProps("support_email")} />
      <TextInput label={t("settings.project.website")} type="url" {...form.getInputProps("website_url")} />
      <Select
        label={t("settings.zone")}
        data={ZONES}
        searchable
        allowDeselect={false}
        {...form.getInputProps("timezone")}
      />
      <Switch label={t("settings.active")} {...form.getInputProps("is_active", { type: "checkbox" })} />
      <Switch
        label={t("settings.project.default")}
        description={t("settings.project.defaultHint")}
        {...form.getInputProps("is_default", { type: "checkbox" })}
      />
    </>
  );
}
