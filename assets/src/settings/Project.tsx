// One project: its details, who works on it, and the key pairs for its programs.
import { Badge, Button, Card, Grid, Group, Select, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import {
  deleteAdminProjectsByProjectAgentsByUser,
  type DeskWholeProject,
  postAdminProjectsByProjectAgents,
  putAdminProjectsByProject,
} from "../api";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { staff } from "../person/person";
import { KeyPairs } from "./KeyPairs";
import { project } from "./project";
import { body, ProjectFields, useProjectForm, type Values } from "./ProjectForm";

const again = (id: number) => [["projects"], ["project", id]];

function Details({ project }: { project: DeskWholeProject }) {
  const { t } = useTranslation();
  const form = useProjectForm(project);
  const save = useSave({
    ask: (values: Values) =>
      answer(putAdminProjectsByProject({ path: { project: project.id }, body: body(values) })),
    again: again(project.id),
    form,
  });
  return (
    <Card withBorder component="section" aria-label={t("settings.details")}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
        <Stack gap="sm">
          <ProjectFields form={form} />
          <Group justify="flex-end">
            <Button type="submit" loading={save.isPending}>
              {t("act.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function Agents({ project }: { project: DeskWholeProject }) {
  const { t } = useTranslation();
  const everybody = useQuery(staff);
  const path = { project: project.id };
  const add = useSave({
    ask: (body: { user_id: number; is_lead?: boolean }) =>
      answer(postAdminProjectsByProjectAgents({ path, body })),
    again: again(project.id),
  });
  const remove = useSave({
    ask: (user: number) => answer(deleteAdminProjectsByProjectAgentsByUser({ path: { ...path, user } })),
    again: again(project.id),
  });
  const others = (everybody.data ?? [])
    .filter((user) => !project.agents.some((agent) => agent.id === user.id))
    .map((user) => ({ value: String(user.id), label: `${user.name} (${user.email})` }));
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="sm">
        {t("settings.project.agents")}
      </Title>
      <Stack gap="xs">
        {project.agents.map((agent) => (
          <Group key={agent.id} justify="space-between" wrap="nowrap">
            <div>
              <Group gap="xs">
                <Text size="sm">{agent.name}</Text>
                {agent.is_lead && (
                  <Badge size="sm" variant="light">
                    {t("settings.project.lead")}
                  </Badge>
                )}
              </Group>
              <Text size="xs" c="dimmed">
                {agent.email}
              </Text>
            </div>
            <Group gap="xs" wrap="nowrap">
              <Button
                size="compact-sm"
                variant="default"
                aria-pressed={agent.is_lead}
                aria-label={`${t("settings.project.lead")}: ${agent.name}`}
                onClick={() => add.mutate({ user_id: agent.id, is_lead: !agent.is_lead })}
              >
                {t("settings.project.lead")}
              </Button>
              <Button
                size="compact-sm"
                variant="subtle"
                color="red"
                aria-label={`${t("settings.remove")}: ${agent.name}`}
                onClick={() => remove.mutate(agent.id)}
              >
                {t("settings.remove")}
              </Button>
            </Group>
          </Group>
        ))}
        <Select
          label={t("settings.project.addAgent")}
          placeholder={t("settings.project.pick")}
          data={others}
          value={null}
          searchable
          onChange={(value) => value && add.mutate({ user_id: Number(value) })}
        />
      </Stack>
    </Card>
  );
}

/** The page of one project. */
export function Project() {
  const { id } = useParams({ from: "/console/settings/admin/projects/$id" });
  const found = useQuery(project(Number(id)));
  return (
    <Loaded query={found}>
      {(project) => (
        <Page title={project.name} hint={project.ticket_prefix}>
          <Grid>
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <Details key={project.id} project={project} />
            </Grid.Col>
            <Grid.Col span={{ base: 12, lg: 6 }}>
              <Agents project={project} />
            </Grid.Col>
          </Grid>
          <KeyPairs project={project.id} pairs={project.api_keys} />
        </Page>
      )}
    </Loaded>
  );
}
