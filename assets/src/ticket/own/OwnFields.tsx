// The fields that this instance has of its own, as far as they are the customer's to see and to fill in.
import { Alert, Card, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { DeskTicket, DeskTicketField } from "../../api";
import { told } from "../../frame/queries";
import { Field } from "../Fields";
import { useChange } from "../ticket";

/** What stands in a field, in words. */
function useWords() {
  const { t } = useTranslation();
  return ({ value }: DeskTicketField): string => {
    if (typeof value === "boolean") return t(value ? "yes" : "no");
    return Array.isArray(value) ? value.join(", ") : String(value);
  };
}

/** The card with the fields; none where there is nothing to see and nothing to fill in. */
export function OwnFields({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const words = useWords();
  const change = useChange(ticket.id);
  const isOpen = ticket.status !== "closed";
  const canFill = (field: DeskTicketField) => field.can_edit && isOpen;
  const isEmpty = ({ value }: DeskTicketField) => value === null || value === undefined;
  const fields = ticket.custom_fields.filter((field) => canFill(field) || !isEmpty(field));
  if (fields.length === 0) return null;
  return (
    <Card withBorder component="section" aria-label={t("customField.title")}>
      <Stack gap="sm">
        <Title order={2} size="h5">
          {t("customField.title")}
        </Title>
        {change.error && (
          <Alert color="red" role="alert" p="xs">
            {told(change.error)}
          </Alert>
        )}
        {fields.map((field) =>
          canFill(field) ? (
            <Field
              key={field.name}
              field={{
                name: field.name,
                label: field.label,
                fieldType: field.field_type,
                options: field.options,
                isRequired: field.is_required,
                placeholder: field.placeholder,
                helpText: field.help_text,
              }}
              value={field.value}
              set={(value) => change.mutate({ kind: "field", name: field.name, value })}
            />
          ) : (
            <div key={field.name}>
              <Text size="xs" fw={500}>
                {field.label}
              </Text>
              <Text size="sm" className="as-written">
                {words(field)}
              </Text>
            </div>
          ),
        )}
      </Stack>
    </Card>
  );
}
