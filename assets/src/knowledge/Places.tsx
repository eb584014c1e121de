// Categories and their folders: where articles lie.
import { ActionIcon, Card, Group, NavLink, NumberInput, Select, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconFolder, IconFolderPlus, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import {
  deleteKbCategoriesById,
  deleteKbFoldersById,
  type HelpdeskKbCategory,
  type HelpdeskKbFolder,
  patchKbCategoriesById,
  patchKbFoldersById,
  postKbCategories,
  postKbFolders,
} from "../api";
import { confirm } from "../frame/confirm";
import { answer } from "../frame/queries";
import { Sheet, useSave } from "../frame/Sheet";
import { categories, type Filter, folders } from "./knowledge";

type Category = Partial<HelpdeskKbCategory>;
type Folder = Partial<HelpdeskKbFolder>;
const AGAIN = [["kb"]];

function CategorySheet({ category, close }: { category: Category; close: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: {
      name: category.name ?? "",
      description: category.description ?? "",
      position: category.position ?? 0,
    },
  });
  const save = useSave({
    ask: (values: typeof form.values) => {
      const body = { ...values, description: values.description || null };
      return category.id
        ? answer(patchKbCategoriesById({ path: { id: category.id }, body }))
        : answer(postKbCategories({ body }));
    },
    again: AGAIN,
    done: close,
    form,
  });
  return (
    <Sheet
      title={category.name ?? t("knowledge.addCategory")}
      close={close}
      pending={save.isPending}
      submit={form.onSubmit((values) => save.mutate(values))}
    >
      <TextInput label={t("knowledge.name")} required data-autofocus {...form.getInputProps("name")} />
      <TextInput label={t("knowledge.description")} {...form.getInputProps("description")} />
      <NumberInput label={t("knowledge.position")} min={0} {...form.getInputProps("position")} />
    </Sheet>
  );
}

function FolderSheet({ folder, close }: { folder: Folder; close: () => void }) {
  const { t } = useTranslation();
  const all = useQuery(categories);
  const form = useForm({
    initialValues: { name: folder.name ?? "", categoryId: folder.categoryId ?? null },
  });
  const save = useSave({
    ask: (body: typeof form.values) =>
      folder.id
        ? answer(patchKbFoldersById({ path: { id: folder.id }, body }))
        : answer(postKbFolders({ body })),
    again: AGAIN,
    done: close,
    form,
  });
  return (
    <Sheet
      title={folder.name ?? t("knowledge.addFolder")}
      close={close}
      pending={save.isPending}
      submit={form.onSubmit((values) => save.mutate(values))}
    >
      <TextInput label={t("knowledge.name")} required data-autofocus {...form.getInputProps("name")} />
      <Select
        label={t("knowledge.category")}
        data={(all.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        clearable
        {...form.getInputProps("categoryId")}
      />
    </Sheet>
  );
}

function Tools({ name, edit, remove }: { name: string; edit: () => void; remove: () => void }) {
  const { t } = useTranslation();
  const ask = () => confirm(name, t("knowledge.deletePlaceHint"), t("act.delete"), remove);
  return (
    <Group gap={0} wrap="nowrap">
      <ActionIcon variant="subtle" color="gray" onClick={edit} aria-label={`${t("act.edit")}: ${name}`}>
        <IconPencil size={14} />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" onClick={ask} aria-label={`${t("act.delete")}: ${name}`}>
        <IconTrash size={14} />
      </ActionIcon>
    </Group>
  );
}

/** The places, of which one may be picked. */
export function Places({ filter, pick }: { filter: Filter; pick: (place: Filter) => void }) {
  const { t } = useTranslation();
  const [category, setCategory] = useState<Category | null>(null);
  const [folder, setFolder] = useState<Folder | null>(null);
  const all = useQuery(categories);
  const inside = useQuery(folders);
  const removeCategory = useSave({
    ask: (id: string) => answer(deleteKbCategoriesById({ path: { id } })),
    again: AGAIN,
    done: () => pick({}),
  });
  const removeFolder = useSave({
    ask: (id: string) => answer(deleteKbFoldersById({ path: { id } })),
    again: AGAIN,
    done: () => pick({}),
  });
  const lying = (categoryId: string | null) =>
    (inside.data ?? [])
      .filter((one) => one.categoryId === categoryId)
      .map((one) => (
        <Group key={one.id} gap={0} wrap="nowrap">
          <NavLink
            component="button"
            pl={categoryId ? "xl" : "sm"}
            label={one.name}
            leftSection={<IconFolder size={14} aria-hidden />}
            active={filter.folderId === one.id}
            onClick={() => pick({ folderId: one.id })}
          />
          <Tools name={one.name} edit={() => setFolder(one)} remove={() => removeFolder.mutate(one.id)} />
        </Group>
      ));
  return (
    <Card withBorder padding="xs" component="nav" aria-label={t("knowledge.places")}>
      <Group justify="space-between" px="xs">
        <Text size="sm" fw={600}>
          {t("knowledge.places")}
        </Text>
        <Group gap={4}>
          <ActionIcon variant="subtle" onClick={() => setFolder({})} aria-label={t("knowledge.addFolder")}>
            <IconFolderPlus size={16} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            onClick={() => setCategory({})}
            aria-label={t("knowledge.addCategory")}
          >
            <IconPlus size={16} />
          </ActionIcon>
        </Group>
      </Group>
      <NavLink
        component="button"
        label={t("knowledge.everything")}
        active={!filter.categoryId && !filter.folderId}
        onClick={() => pick({})}
      />
      {(all.data ?? []).map((one) => (
        <div key={one.id}>
          <Group gap={0} wrap="nowrap">
            <NavLink
              component="button"
              label={one.name}
              active={filter.categoryId === one.id}
              onClick={() => pick({ categoryId: one.id })}
            />
            <Tools
              name={one.name}
              edit={() => setCategory(one)}
              remove={() => removeCategory.mutate(one.id)}
            />
          </Group>
          {lying(one.id)}
        </div>
      ))}
      {lying(null)}
      {category && <CategorySheet category={category} close={() => setCategory(null)} />}
      {folder && <FolderSheet folder={folder} close={() => setFolder(null)} />}
    </Card>
  );
}
