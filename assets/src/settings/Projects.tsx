// The projects that tickets belong to.
import { Badge, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { type DeskProjectRow, postAdminProjects } from "../api";
import { exact } from "../figures";
import { TextLink } from "../frame/links";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { type Column, Rows } from "../frame/Rows";
import { Sheet, useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { AddButton } from "./AddButton";
import { projects } from "./project";
import { body, ProjectFields, useProjectForm, type Values } from "./ProjectForm";

function NewProject({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const form = useProjectForm();
  const save = useSave({
    ask: (values: Values) => answer(postAdminProjects({ body: body(values) })),
    again: [["projects"]],
    done: ({ project }) =>
      void navigate({ to: "/console/settings/projects/$id", params: { id: String(project.id) } }),
    form,
  });
  return (
    <Sheet
      title={t("settings.project.add")}
      word={t("act.add")}
      close={close}
      pending={save.isPending}
      submit={form.onSubmit((values) => save.mutate(values))}
    >
      <ProjectFields form={form} />
    </Sheet>
  );
}

/** All of them. */
export function Projects() {
  const { t } = useTranslation();
  const [adding, setAdding] = useState(false);
  const all = useQuery(projects);
  const columns: Column<DeskProjectRow>[] = [
    {
      label: t("settings.name"),
      cell: (project) => (
        <Group gap="xs">
          <TextLink
            to="/console/settings/projects/$id"
            params={{ id: String(project.id) }}
            fw={550}
            size="sm"
          >
            {project.name}
          </TextLink>
          {project.is_default && (
            <Badge size="sm" variant="light">
              {t("settings.project.default")}
            </Badge>
          )}
          {!project.is_active && (
            <Badge size="sm" variant="light" color="gray">
              {t("settings.inactive")}
            </Badge>
          )}
        </Group>
      ),
    },
    {
      label: t("settings.project.prefix"),
      cell: (project) => <Text size="sm">{project.ticket_prefix}</Text>,
    },
    { label: t("place.tickets"), figure: true, cell: (project) => exact(project.tickets_count) },
    { label: t("settings.project.agents"), figure: true, cell: (project) => exact(project.agents_count) },
  ];
  return (
    <Page
      title={t("settings.area.projects")}
      actions={<AddButton word={t("settings.project.add")} act={() => setAdding(true)} />}
    >
      <Loaded query={all}>
        {(rows) => (
          <Rows
            rows={rows}
            columns={columns}
            id={(project) => project.id}
            none={t("settings.project.none")}
            minWidth={480}
          />
        )}
      </Loaded>
      {adding && <NewProject close={() => setAdding(false)} />}
    </Page>
  );
}
