// Groups of agents.
import { Button, Group, Modal, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import {
  deleteAgentGroupsById,
  deleteAgentGroupsByIdMembersByMember,
  getAgentGroupsByIdMembers,
  type HelpdeskGroup,
  patchAgentGroupsById,
  postAgentGroups,
  postAgentGroupsByIdMembers,
} from "../api";
import { Acts } from "../frame/Acts";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { type Column, Rows } from "../frame/Rows";
import { Sheet, useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { staff } from "../person/person";
import { AddButton } from "./AddButton";
import { groups } from "./sets";

const AGAIN = [["groups"]];

function Edit({ group, close }: { group: HelpdeskGroup | undefined; close: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { name: group?.name ?? "", description: group?.description ?? "" },
  });
  const save = useSave({
    ask: ({ name, description }: typeof form.values) => {
      const body = { name, description: description || null };
      return group
        ? answer(patchAgentGroupsById({ path: { id: group.id }, body }))
        : answer(postAgentGroups({ body }));
    },
    again: AGAIN,
    done: close,
    form,
  });
  return (
    <Sheet
      title={group?.name ?? t("settings.group.add")}
      close={close}
      pending={save.isPending}
      submit={form.onSubmit((values) => save.mutate(values))}
    >
      <TextInput label={t("settings.name")} required data-autofocus {...form.getInputProps("name")} />
      <Textarea
        label={t("settings.description")}
        autosize
        minRows={2}
        {...form.getInputProps("description")}
      />
    </Sheet>
  );
}

function Members({ group, close }: { group: HelpdeskGroup; close: () => void }) {
  const { t } = useTranslation();
  const key = ["groups", group.id, "members"];
  const path = { id: group.id };
  const everybody = useQuery(staff);
  const members = useQuery({
    queryKey: key,
    queryFn: () => answer(getAgentGroupsByIdMembers({ path, query: { limit: 1000 } })),
  });
  const add = useSave({
    ask: (userId: string) => answer(postAgentGroupsByIdMembers({ path, body: { userId } })),
    again: [key],
  });
  const remove = useSave({
    ask: (member: string) => answer(deleteAgentGroupsByIdMembersByMember({ path: { ...path, member } })),
    again: [key],
  });
  return (
    <Modal opened onClose={close} title={group.name}>
      <Loaded query={members}>
        {(all) => (
          <Stack gap="xs">
            {all.map((member) => (
              <Group key={member.id} justify="space-between" wrap="nowrap">
                <Text size="sm">{member.name}</Text>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="red"
                  aria-label={`${t("settings.remove")}: ${member.name}`}
                  onClick={() => remove.mutate(member.id)}
                >
                  {t("settings.remove")}
                </Button>
              </Group>
            ))}
            <Select
              label={t("settings.project.addAgent")}
              placeholder={t("settings.project.pick")}
              data={(everybody.data ?? [])
                .filter((user) => !all.some((member) => member.id === user.uuid))
                .map((user) => ({ value: user.uuid, label: `${user.name} (${user.email})` }))}
              value={null}
              searchable
              onChange={(value) => value && add.mutate(value)}
            />
          </Stack>
        )}
      </Loaded>
    </Modal>
  );
}

/** All groups. */
export function Groups() {
  const { t } = useTranslation();
  const [open, setOpen] = useState<HelpdeskGroup | "new" | null>(null);
  const [inside, setInside] = useState<HelpdeskGroup | null>(null);
  const all = useQuery(groups);
  const remove = useSave({
    ask: (id: string) => answer(deleteAgentGroupsById({ path: { id } })),
    again: AGAIN,
  });
  const columns: Column<HelpdeskGroup>[] = [
    { label: t("settings.name"), cell: (group) => group.name },
    { label: t("settings.description"), cell: (group) => group.description },
    {
      label: t("act.title"),
      unseen: true,
      cell: (group) => (
        <Acts
          name={group.name}
          edit={() => setOpen(group)}
          remove={{ text: t("settings.group.deleteHint"), act: () => remove.mutate(group.id) }}
        >
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`${t("settings.group.members")}: ${group.name}`}
            onClick={() => setInside(group)}
          >
            {t("settings.group.members")}
          </Button>
        </Acts>
      ),
    },
  ];
  return (
    <Page
      title={t("settings.area.groups")}
      actions={<AddButton word={t("settings.group.add")} act={() => setOpen("new")} />}
    >
      <Loaded query={all}>
        {(rows) => (
          <Rows
            rows={rows}
            columns={columns}
            id={(group) => group.id}
            none={t("settings.group.none")}
            noneHint={t("settings.group.noneHint")}
            minWidth={520}
          />
        )}
      </Loaded>
      {open && <Edit group={open === "new" ? undefined : open} close={() => setOpen(null)} />}
      {inside && <Members group={inside} close={() => setInside(null)} />}
    </Page>
  );
}
