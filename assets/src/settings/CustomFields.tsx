// Fields of one's own: what tickets, contacts and companies tell beyond what every one of them does.
import { Badge, Group, NumberInput, Select, Switch, TagsInput, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import {
  deleteCustomFieldsById,
  getCustomFields,
  type HelpdeskCustomField,
  type HelpdeskFieldEntity,
  type HelpdeskFieldType,
  patchCustomFieldsById,
  postCustomFields,
} from "../api";
import { Acts } from "../frame/Acts";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { type Column, Rows } from "../frame/Rows";
import { Sheet, useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { AddButton } from "./AddButton";

const AGAIN = [["customFields"], ["choices", "fields"]];
const ENTITIES: HelpdeskFieldEntity[] = ["ticket", "contact", "company"];
const TYPES: HelpdeskFieldType[] = [
  "text",
  "textarea",
  "number",
  "decimal",
  "dropdown",
  "multiselect",
  "date",
  "checkbox",
];
const HAS_OPTIONS: HelpdeskFieldType[] = ["dropdown", "multiselect"];

function FieldForm({ field, close }: { field: HelpdeskCustomField | undefined; close: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: {
      name: field?.name ?? "",
      label: field?.label ?? "",
      helpText: field?.helpText ?? "",
      entityType: field?.entityType ?? "ticket",
      fieldType: field?.fieldType ?? "text",
      options: field?.options ?? [],
      position: field?.position ?? 0,
      isRequired: field?.isRequired ?? false,
      requiredOnClose: field?.requiredOnClose ?? false,
      customerCanView: field?.customerCanView ?? false,
      customerCanEdit: field?.customerCanEdit ?? false,
      isActive: field?.isActive ?? true,
    },
  });
  const save = useSave({
    ask: ({ entityType, options, label, helpText, ...values }: typeof form.values): Promise<unknown> => {
      const body = {
        ...values,
        label: label || values.name,
        helpText: helpText || null,
        customerCanEdit: values.customerCanView && values.customerCanEdit,
        ...(HAS_OPTIONS.includes(values.fieldType) && { options }),
      };
      return field
        ? answer(patchCustomFieldsById({ path: { id: field.id }, body }))
        : answer(postCustomFields({ body: { ...body, entityType } }));
    },
    again: AGAIN,
    done: close,
    form,
  });
  const word = (kind: "entity" | "type", value: string) => ({
    value,
    label: t(`fieldKind.${kind}.${value}`),
  });
  const yes = (
    name: "isRequired" | "requiredOnClose" | "customerCanView" | "customerCanEdit" | "isActive",
  ) => <Switch label={t(`fieldKind.${name}`)} {...form.getInputProps(name, { type: "checkbox" })} />;
  return (
    <Sheet
      title={field?.label ?? t("fieldKind.add")}
      close={close}
      pending={save.isPending}
      submit={form.onSubmit((values) => save.mutate(values))}
    >
      <TextInput
        label={t("fieldKind.name")}
        description={t("fieldKind.nameHint")}
        required
        data-autofocus
        {...form.getInputProps("name")}
      />
      <TextInput
        label={t("fieldKind.label")}
        description={t("fieldKind.labelHint")}
        {...form.getInputProps("label")}
      />
      <TextInput label={t("fieldKind.help")} {...form.getInputProps("helpText")} />
      <Select
        label={t("fieldKind.of")}
        data={ENTITIES.map((value) => word("entity", value))}
        allowDeselect={false}
        disabled={field !== undefined}
        {...form.getInputProps("entityType")}
      />
      <Select
        label={t("fieldKind.kind")}
        data={TYPES.map((value) => word("type", value))}
        allowDeselect={false}
        {...form.getInputProps("fieldType")}
      />
      {HAS_OPTIONS.includes(form.values.fieldType) && (
        <TagsInput
          label={t("fieldKind.options")}
          description={t("fieldKind.optionsHint")}
          required
          {...form.getInputProps("options")}
        />
      )}
      <NumberInput
        label={t("fieldKind.position")}
        min={0}
        allowDecimal={false}
        {...form.getInputProps("position")}
      />
      {yes("isRequired")}
      {yes("requiredOnClose")}
      {yes("customerCanView")}
      {form.values.customerCanView && yes("customerCanEdit")}
      {yes("isActive")}
    </Sheet>
  );
}

/** All fields, in the order in which they are shown. */
export function CustomFields() {
  const { t } = useTranslation();
  const [open, setOpen] = useState<HelpdeskCustomField | "new" | null>(null);
  const fields = useQuery({
    queryKey: ["customFields"],
    queryFn: () => answer(getCustomFields({ query: {} })),
  });
  const remove = useSave({
    ask: (id: string) => answer(deleteCustomFieldsById({ path: { id } })),
    again: AGAIN,
  });
  const columns: Column<HelpdeskCustomField>[] = [
    {
      label: t("fieldKind.label"),
      cell: (field) => (
        <>
          <Text size="sm" fw={550}>
            {field.label}
          </Text>
          <Text size="xs" c="dimmed">
            {field.name}
          </Text>
        </>
      ),
    },
    { label: t("fieldKind.of"), cell: (field) => t(`fieldKind.entity.${field.entityType}`) },
    { label: t("fieldKind.kind"), cell: (field) => t(`fieldKind.type.${field.fieldType}`) },
    {
      label: t("settings.state"),
      cell: (field) => (
        <Group gap={6}>
          <Badge variant="light" color={field.isActive ? "teal" : "gray"}>
            {t(field.isActive ? "settings.active" : "settings.inactive")}
          </Badge>
          {(field.isRequired || field.requiredOnClose) && (
            <Badge variant="light" color="gray">
              {t(field.isRequired ? "fieldKind.isRequired" : "fieldKind.requiredOnClose")}
            </Badge>
          )}
        </Group>
      ),
    },
    {
      label: t("act.title"),
      unseen: true,
      cell: (field) => (
        <Acts
          name={field.label}
          edit={() => setOpen(field)}
          remove={{ text: t("fieldKind.deleteHint"), act: () => remove.mutate(field.id) }}
        />
      ),
    },
  ];
  return (
    <Page
      title={t("settings.area.fields")}
      actions={<AddButton word={t("fieldKind.add")} act={() => setOpen("new")} />}
    >
      <Loaded query={fields}>
        {(rows) => (
          <Rows
            rows={rows}
            columns={columns}
            id={(field) => field.id}
            none={t("fieldKind.none")}
            noneHint={t("fieldKind.noneHint")}
          />
        )}
      </Loaded>
      {open && <FieldForm field={open === "new" ? undefined : open} close={() => setOpen(null)} />}
    </Page>
  );
}
