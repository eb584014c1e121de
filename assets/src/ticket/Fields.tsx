// The fields that this instance has of its own, filled in for a ticket.
import {
  Alert,
  Card,
  Checkbox,
  MultiSelect,
  NumberInput,
  Select,
  Stack,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { type DeskTicket, getCustomFields, type HelpdeskCustomField } from "../api";
import { answer, told } from "../frame/queries";
import { moreOf, useMore } from "./more";

/** The fields of tickets that are in use. */
const fields = queryOptions({
  queryKey: ["choices", "fields"],
  queryFn: async () =>
    (await answer(getCustomFields({ query: { entityType: "ticket" } }))).filter((field) => field.isActive),
  staleTime: 5 * 60_000,
});

/** What it takes to fill a field in, whoever does. */
export type Fillable = Pick<
  HelpdeskCustomField,
  "name" | "label" | "fieldType" | "options" | "isRequired" | "placeholder" | "helpText"
>;

interface Filled {
  field: Fillable;
  value: unknown;
  set: (value: unknown) => void;
}

/** A text that counts once its field is left. */
function Line({ field, value, set }: Filled) {
  const [text, setText] = useState(value === null || value === undefined ? "" : String(value));
  const isNumber = field.fieldType === "number" || field.fieldType === "decimal";
  const keep = () => {
    const filled = text.trim() === "" ? null : isNumber ? Number(text) : text.trim();
    if (filled !== (value ?? null)) set(filled);
  };
  const common = {
    size: "xs",
    label: field.label,
    description: field.helpText,
    placeholder: field.placeholder ?? "",
    onBlur: keep,
    required: field.isRequired,
  } as const;
  if (isNumber) {
    return (
      <NumberInput
        {...common}
        value={text}
        onChange={(number) => setText(String(number))}
        allowDecimal={field.fieldType === "decimal"}
      />
    );
  }
  const change = (event: { currentTarget: { value: string } }) => setText(event.currentTarget.value);
  if (field.fieldType === "textarea")
    return <Textarea {...common} value={text} onChange={change} autosize minRows={2} />;
  return (
    <TextInput
      {...common}
      type={field.fieldType === "date" ? "date" : "text"}
      value={text}
      onChange={change}
    />
  );
}

/** The input of a field. */
export function Field({ field, value, set }: Filled) {
  const common = {
    size: "xs",
    label: field.label,
    description: field.helpText,
    required: field.isRequired,
  } as const;
  switch (field.fieldType) {
    case "checkbox":
      return (
        <Checkbox
          label={field.label}
          description={field.helpText}
          size="xs"
          checked={value === true}
          onChange={(event) => set(event.currentTarget.checked)}
        />
      );
    case "dropdown":
      return (
        <Select
          {...common}
          data={[...new Set(field.options)]}
          value={typeof value === "string" ? value : null}
          onChange={set}
          clearable={!field.isRequired}
        />
      );
    case "multiselect":
      return (
        <MultiSelect
          {...common}
          data={[...new Set(field.options)]}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={(chosen) => set(chosen.length > 0 ? chosen : null)}
          clearable
        />
      );
    default:
      // Another value from elsewhere is another text.
      return <Line key={String(value)} field={field} value={value} set={set} />;
  }
}

/** The card with the fields; none where this instance has none. */
export function Fields({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const defined = useQuery(fields).data ?? [];
  const more = useQuery({ ...moreOf(ticket.id, ticket.uuid), enabled: defined.length > 0 }).data;
  const save = useMore(ticket.id, ticket.uuid);
  if (defined.length === 0 || !more) return null;
  const values = more.customFields as Record<string, unknown>;
  return (
    <Card withBorder component="section" aria-label={t("customField.title")}>
      <Stack gap="sm">
        <Title order={2} size="h5">
          {t("customField.title")}
        </Title>
        {save.error && (
          <Alert color="red" role="alert" p="xs">
            {told(save.error)}
          </Alert>
        )}
        {defined.map((field) => (
          <Field
            key={field.id}
            field={field}
            value={values[field.name]}
            set={(value) => save.mutate({ customFields: { [field.name]: value } })}
          />
        ))}
      </Stack>
    </Card>
  );
}
