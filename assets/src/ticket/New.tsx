// Filing a ticket for a customer.
import {
  Alert,
  Button,
  Card,
  Group,
  MultiSelect,
  Select,
  SimpleGrid,
  Stack,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { blame, unplaced } from "../frame/fields";
import { ButtonLink } from "../frame/links";
import { Page } from "../frame/Page";
import { categories, projects, tags } from "./choices";
import { useCreate } from "./create";
import { Choose, Chosen, useFiles } from "./Files";
import { PRIORITIES, type Priority } from "./filter";

const empty = {
  project_id: null as string | null,
  subject: "",
  description: "",
  priority: "medium" as Priority,
  category_id: null as string | null,
  tags: [] as string[],
  customer_name: "",
  customer_email: "",
  customer_phone: "",
};

/** The form of staff. */
export function New() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const chosen = useFiles();
  const { create, share } = useCreate();
  const form = useForm({
    initialValues: empty,
    validate: { project_id: (value) => (value ? null : t("newTicket.needsProject")) },
  });
  const submit = form.onSubmit((values) =>
    create.mutate(
      {
        files: chosen.files,
        ticket: {
          ...values,
          project_id: Number(values.project_id),
          category_id: values.category_id ? Number(values.category_id) : null,
          tags: values.tags.map(Number),
          customer_name: values.customer_name || null,
          customer_email: values.customer_email || null,
          customer_phone: values.customer_phone || null,
        },
      },
      {
        onSuccess: (filed) => void navigate({ to: "/console/tickets/$id", params: { id: String(filed.id) } }),
        onError: (error) => blame(form, error),
      },
    ),
  );
  const field = (name: keyof typeof empty) => form.getInputProps(name);
  const problem = unplaced(create.error, Object.keys(empty));
  return (
    <Page title={t("newTicket.title")}>
      <Card withBorder maw={860} {...chosen.target}>
        <form onSubmit={submit}>
          <Stack>
            {problem && (
              <Alert color="red" role="alert">
                {problem}
              </Alert>
            )}
            <TextInput
              label={t("ticket.subject")}
              required
              maxLength={255}
              data-autofocus
              {...field("subject")}
            />
            <Textarea
              label={t("ticket.description")}
              required
              autosize
              minRows={6}
              maxRows={18}
              {...field("description")}
            />
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <Select
                label={t("ticket.project")}
                required
                data={useQuery(projects).data ?? []}
                searchable
                {...field("project_id")}
              />
              <Select
                label={t("ticket.priority.title")}
                data={PRIORITIES.map((value) => ({ value, label: t(`ticket.priority.${value}`) }))}
                allowDeselect={false}
                {...field("priority")}
              />
              <Select
                label={t("ticket.category")}
                data={useQuery(categories).data ?? []}
                searchable
                clearable
                {...field("category_id")}
              />
              <MultiSelect
                label={t("ticket.tags")}
                data={useQuery(tags).data ?? []}
                searchable
                {...field("tags")}
              />
            </SimpleGrid>
            <SimpleGrid cols={{ base: 1, xs: 3 }}>
              <TextInput label={t("newTicket.customerName")} {...field("customer_name")} />
              <TextInput label={t("newTicket.customerEmail")} type="email" {...field("customer_email")} />
              <TextInput label={t("newTicket.customerPhone")} type="tel" {...field("customer_phone")} />
            </SimpleGrid>
            <Chosen files={chosen.files} remove={chosen.remove} share={share} sending={create.isPending} />
            <Group justify="space-between">
              <Choose add={chosen.add} />
              <Group gap="xs">
                <ButtonLink to="/console/tickets" variant="default">
                  {t("newTicket.cancel")}
                </ButtonLink>
                <Button type="submit" loading={create.isPending}>
                  {t("newTicket.submit")}
                </Button>
              </Group>
            </Group>
          </Stack>
        </form>
      </Card>
    </Page>
  );
}
