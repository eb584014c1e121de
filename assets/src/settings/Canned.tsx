// Texts that answer what is asked often.
import { Badge, Code, Select, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import {
  deleteCannedResponsesById,
  type DeskCannedResponse,
  type DeskCannedResponses,
  getCannedResponses,
  getProjects,
  postCannedResponses,
  putCannedResponsesById,
} from "../api";
import { Acts } from "../frame/Acts";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { type Column, Rows } from "../frame/Rows";
import { Sheet, useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { isAdmin, useMe } from "../session/session";
import { AddButton } from "./AddButton";
import { choices } from "./project";

const AGAIN = [["canned"]];
const PLACES = ["customer.name", "ticket.number", "ticket.subject", "agent.name", "project.name"];

function Response({ response, close }: { response: DeskCannedResponse | undefined; close: () => void }) {
  const { t } = useTranslation();
  const projects = useQuery({
    queryKey: ["projects", "open"],
    queryFn: async () => (await answer(getProjects())).projects,
  });
  const form = useForm({
    initialValues: {
      title: response?.title ?? "",
      body: response?.body ?? "",
      shortcut: response?.shortcut ?? "",
      is_shared: response?.is_shared ?? false,
      project: response?.project_id ? String(response.project_id) : null,
    },
  });
  const save = useSave({
    ask: ({ project, shortcut, ...values }: typeof form.values): Promise<unknown> => {
      const body = {
        ...values,
        shortcut: shortcut || null,
        project_id: project ? Number(project) : null,
      };
      return response
        ? answer(putCannedResponsesById({ path: { id: response.id }, body }))
        : answer(postCannedResponses({ body }));
    },
    again: AGAIN,
    done: close,
    form,
  });
  return (
    <Sheet
      title={response?.title ?? t("settings.canned.add")}
      size="lg"
      close={close}
      pending={save.isPending}
      submit={form.onSubmit((values) => save.mutate(values))}
    >
      <TextInput
        label={t("settings.canned.title")}
        required
        data-autofocus
        {...form.getInputProps("title")}
      />
      <TextInput label={t("settings.canned.shortcut")} {...form.getInputProps("shortcut")} />
      <Textarea
        label={t("settings.canned.text")}
        required
        autosize
        minRows={6}
        maxRows={16}
        {...form.getInputProps("body")}
      />
      <Text size="xs" c="dimmed" component="div">
        {t("settings.canned.places")}{" "}
        {PLACES.map((place) => (
          <Code key={place} mr={4}>{`{{${place}}}`}</Code>
        ))}
      </Text>
      <Select
        label={t("ticket.project")}
        placeholder={t("settings.everyProject")}
        data={choices(projects.data)}
        clearable
        {...form.getInputProps("project")}
        error={form.errors["project_id"]}
      />
      <Switch
        label={t("settings.canned.shared")}
        {...form.getInputProps("is_shared", { type: "checkbox" })}
      />
    </Sheet>
  );
}

/** One's own and the shared ones. */
export function Canned() {
  const { t } = useTranslation();
  const me = useMe();
  const [open, setOpen] = useState<DeskCannedResponse | "new" | null>(null);
  const responses = useQuery({
    queryKey: ["canned"],
    queryFn: async () => ((await answer(getCannedResponses())) as DeskCannedResponses).canned_responses,
  });
  const remove = useSave({
    ask: (id: number) => answer(deleteCannedResponsesById({ path: { id } })),
    again: AGAIN,
  });
  const columns: Column<DeskCannedResponse>[] = [
    {
      label: t("settings.canned.title"),
      cell: (response) => (
        <>
          <Text size="sm" fw={550}>
            {response.title}
          </Text>
          <Text size="xs" c="dimmed" lineClamp={1} maw={420}>
            {response.body}
          </Text>
        </>
      ),
    },
    { label: t("settings.canned.shortcut"), cell: (one) => one.shortcut && <Code>{one.shortcut}</Code> },
    { label: t("settings.canned.owner"), cell: (response) => response.user.name },
    {
      label: t("settings.state"),
      cell: (response) => (
        <Badge variant="light" color={response.is_shared ? "teal" : "gray"}>
          {t(response.is_shared ? "settings.canned.forAll" : "settings.canned.forMe")}
        </Badge>
      ),
    },
    {
      label: t("act.title"),
      unseen: true,
      cell: (response) =>
        (response.user.id === me.id || isAdmin(me)) && (
          <Acts
            name={response.title}
            edit={() => setOpen(response)}
            remove={{ text: t("settings.canned.deleteHint"), act: () => remove.mutate(response.id) }}
          />
        ),
    },
  ];
  return (
    <Page
      title={t("settings.area.canned")}
      actions={<AddButton word={t("settings.canned.add")} act={() => setOpen("new")} />}
    >
      <Loaded query={responses}>
        {(rows) => (
          <Rows
            rows={rows}
            columns={columns}
            id={(response) => response.id}
            none={t("settings.canned.none")}
            noneHint={t("settings.canned.noneHint")}
          />
        )}
      </Loaded>
      {open && <Response response={open === "new" ? undefined : open} close={() => setOpen(null)} />}
    </Page>
  );
}
