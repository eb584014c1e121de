// How fast tickets are to be answered and resolved.
import { Badge, Group, NumberInput, Select, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { deleteAdminSlaById, type DeskSlaPolicy, getAdminSla, postAdminSla, putAdminSlaById } from "../api";
import { duration } from "../figures";
import { Acts } from "../frame/Acts";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { type Column, Rows } from "../frame/Rows";
import { Sheet, useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { PRIORITIES } from "../ticket/filter";
import { AddButton } from "./AddButton";
import { read, write } from "./hours";
import { HoursFields } from "./HoursFields";
import { choices, projects } from "./project";

const AGAIN = [["sla"]];

function Policy({ policy, close }: { policy: DeskSlaPolicy | undefined; close: () => void }) {
  const { t } = useTranslation();
  const all = useQuery(projects);
  const form = useForm({
    initialValues: {
      name: policy?.name ?? "",
      project: policy?.project_id ? String(policy.project_id) : null,
      priority: policy?.priority ?? ("medium" as const),
      first_response_minutes: policy?.first_response_minutes ?? 60,
      resolution_minutes: policy?.resolution_minutes ?? 480,
      is_active: policy?.is_active ?? true,
      inHours: policy?.business_hours != null,
      hours: read(policy?.business_hours ?? null),
    },
  });
  const save = useSave({
    ask: ({ project, inHours, hours, ...values }: typeof form.values): Promise<unknown> => {
      const body = {
        ...values,
        name: values.name || null,
        project_id: project ? Number(project) : null,
        business_hours: inHours ? write(hours) : null,
      };
      return policy
        ? answer(putAdminSlaById({ path: { id: policy.id }, body }))
        : answer(postAdminSla({ body }));
    },
    again: AGAIN,
    done: close,
    form,
  });
  return (
    <Sheet
      title={policy?.name ?? t("settings.sla.add")}
      size="lg"
      close={close}
      pending={save.isPending}
      submit={form.onSubmit((values) => save.mutate(values))}
    >
      <TextInput label={t("settings.name")} {...form.getInputProps("name")} />
      <Group grow align="flex-start">
        <Select
          label={t("ticket.priority.title")}
          data={PRIORITIES.map((value) => ({ value, label: t(`ticket.priority.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps("priority")}
        />
        <Select
          label={t("ticket.project")}
          placeholder={t("settings.everyProject")}
          data={choices(all.data)}
          clearable
          {...form.getInputProps("project")}
          error={form.errors["project_id"]}
        />
      </Group>
      <Group grow align="flex-start">
        <NumberInput
          label={t("settings.sla.first")}
          min={1}
          {...form.getInputProps("first_response_minutes")}
        />
        <NumberInput
          label={t("settings.sla.resolution")}
          min={1}
          {...form.getInputProps("resolution_minutes")}
        />
      </Group>
      <Switch label={t("settings.active")} {...form.getInputProps("is_active", { type: "checkbox" })} />
      <Switch
        label={t("settings.hours.only")}
        description={t("settings.hours.onlyHint")}
        error={form.errors["business_hours"]}
        {...form.getInputProps("inHours", { type: "checkbox" })}
      />
      {form.values.inHours && (
        <HoursFields
          hours={form.values.hours}
          errors={form.errors}
          change={(hours) => form.setFieldValue("hours", hours)}
        />
      )}
    </Sheet>
  );
}

/** All policies, those for all projects first. */
export function Sla() {
  const { t } = useTranslation();
  const [open, setOpen] = useState<DeskSlaPolicy | "new" | null>(null);
  const all = useQuery(projects);
  const policies = useQuery({
    queryKey: ["sla"],
    queryFn: async () => (await answer(getAdminSla())).sla_policies,
  });
  const remove = useSave({
    ask: (id: number) => answer(deleteAdminSlaById({ path: { id } })),
    again: AGAIN,
  });
  const columns: Column<DeskSlaPolicy>[] = [
    { label: t("settings.name"), cell: (policy) => policy.name },
    { label: t("ticket.priority.title"), cell: (policy) => t(`ticket.priority.${policy.priority}`) },
    {
      label: t("ticket.project"),
      cell: (policy) =>
        policy.project_id === null
          ? t("settings.everyProject")
          : all.data?.find((project) => project.id === policy.project_id)?.name,
    },
    { label: t("ticket.firstResponse"), cell: (policy) => duration(policy.first_response_minutes) },
    { label: t("ticket.resolution"), cell: (policy) => duration(policy.resolution_minutes) },
    {
      label: t("settings.hours.title"),
      cell: (policy) => t(policy.business_hours ? "settings.hours.some" : "settings.hours.always"),
    },
    {
      label: t("settings.state"),
      cell: (policy) => (
        <Badge variant="light" color={policy.is_active ? "teal" : "gray"}>
          {t(policy.is_active ? "settings.active" : "settings.inactive")}
        </Badge>
      ),
    },
    {
      label: t("act.title"),
      unseen: true,
      cell: (policy) => (
        <Acts
          name={policy.name}
          edit={() => setOpen(policy)}
          remove={{ text: t("settings.sla.deleteHint"), act: () => remove.mutate(policy.id) }}
        />
      ),
    },
  ];
  return (
    <Page
      title={t("settings.area.sla")}
      actions={<AddButton word={t("settings.sla.add")} act={() => setOpen("new")} />}
    >
      <Loaded query={policies}>
        {(rows) => (
          <Rows
            rows={rows}
            columns={columns}
            id={(policy) => policy.id}
            none={t("settings.sla.none")}
            noneHint={t("settings.sla.noneHint")}
            minWidth={900}
          />
        )}
      </Loaded>
      {open && <Policy policy={open === "new" ? undefined : open} close={() => setOpen(null)} />}
    </Page>
  );
}
