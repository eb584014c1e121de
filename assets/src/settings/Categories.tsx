// The tree of categories.
import { Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { deleteCategoriesById, type DeskCategoryBranch, postCategories, putCategoriesById } from "../api";
import { Acts } from "../frame/Acts";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { type Column, Rows } from "../frame/Rows";
import { Sheet, useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { AddButton } from "./AddButton";
import { Colour, Named } from "./Colour";
import { categories } from "./sets";

const AGAIN = [["categories"]];

interface Line {
  branch: DeskCategoryBranch;
  deep: number;
  /** Itself and all above it. */
  line: number[];
}

function lines(branches: DeskCategoryBranch[], above: number[] = []): Line[] {
  return branches.flatMap((branch) => {
    const line = [...above, branch.id];
    return [{ branch, deep: above.length, line }, ...lines(branch.children, line)];
  });
}

function Category(props: { category: DeskCategoryBranch | undefined; all: Line[]; close: () => void }) {
  const { t } = useTranslation();
  const { category, all, close } = props;
  const form = useForm({
    initialValues: {
      name: category?.name ?? "",
      color: category?.color ?? "",
      parent: category?.parent_id ? String(category.parent_id) : null,
    },
  });
  const save = useSave({
    ask: ({ name, color, parent }: typeof form.values): Promise<unknown> => {
      const body = { name, color: color || null, parent_id: parent ? Number(parent) : null };
      return category
        ? answer(putCategoriesById({ path: { id: category.id }, body }))
        : answer(postCategories({ body }));
    },
    again: AGAIN,
    done: close,
    form,
  });
  // Nothing lies below itself.
  const parents = all
    .filter(({ line }) => !category || !line.includes(category.id))
    .map(({ branch, deep }) => ({
      value: String(branch.id),
      label: `${"– ".repeat(deep)}${branch.name}`,
    }));
  return (
    <Sheet
      title={category?.name ?? t("settings.category.add")}
      close={close}
      pending={save.isPending}
      submit={form.onSubmit((values) => save.mutate(values))}
    >
      <TextInput label={t("settings.name")} required data-autofocus {...form.getInputProps("name")} />
      <Select
        label={t("settings.category.parent")}
        placeholder={t("settings.category.top")}
        data={parents}
        clearable
        searchable
        {...form.getInputProps("parent")}
        error={form.errors["parent_id"]}
      />
      <Colour {...form.getInputProps("color")} />
    </Sheet>
  );
}

/** The tree, one line for each. */
export function Categories() {
  const { t } = useTranslation();
  const [open, setOpen] = useState<DeskCategoryBranch | "new" | null>(null);
  const tree = useQuery(categories);
  const remove = useSave({
    ask: (id: number) => answer(deleteCategoriesById({ path: { id } })),
    again: AGAIN,
  });
  const all = lines(tree.data ?? []);
  const columns: Column<Line>[] = [
    {
      label: t("settings.name"),
      cell: ({ branch, deep }) => <Named name={branch.name} colour={branch.color} deep={deep} />,
    },
    { label: t("settings.slug"), cell: ({ branch }) => branch.slug },
    {
      label: t("act.title"),
      unseen: true,
      cell: ({ branch }) => (
        <Acts
          name={branch.name}
          edit={() => setOpen(branch)}
          remove={{ text: t("settings.category.deleteHint"), act: () => remove.mutate(branch.id) }}
        />
      ),
    },
  ];
  return (
    <Page
      title={t("settings.area.categories")}
      actions={<AddButton word={t("settings.category.add")} act={() => setOpen("new")} />}
    >
      <Loaded query={tree}>
        {() => (
          <Rows
            rows={all}
            columns={columns}
            id={({ branch }) => branch.id}
            none={t("settings.category.none")}
            minWidth={420}
          />
        )}
      </Loaded>
      {open && (
        <Category category={open === "new" ? undefined : open} all={all} close={() => setOpen(null)} />
      )}
    </Page>
  );
}
