// The tags of tickets.
import { TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { deleteTagsById, type DeskTag, postTags } from "../api";
import { Acts } from "../frame/Acts";
import { Page } from "../frame/Page";
import { answer } from "../frame/queries";
import { type Column, Rows } from "../frame/Rows";
import { Sheet, useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";
import { isAdmin, useMe } from "../session/session";
import { AddButton } from "./AddButton";
import { Colour, Named } from "./Colour";
import { tags } from "./sets";

const AGAIN = [["tags"]];

function NewTag({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { name: "", color: "" } });
  const save = useSave({
    ask: ({ name, color }: typeof form.values) => answer(postTags({ body: { name, color: color || null } })),
    again: AGAIN,
    done: close,
    form,
  });
  return (
    <Sheet
      title={t("settings.tag.add")}
      word={t("act.add")}
      close={close}
      pending={save.isPending}
      submit={form.onSubmit((values) => save.mutate(values))}
    >
      <TextInput label={t("settings.name")} required data-autofocus {...form.getInputProps("name")} />
      <Colour {...form.getInputProps("color")} />
    </Sheet>
  );
}

/** All of them. */
export function Tags() {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  const [adding, setAdding] = useState(false);
  const all = useQuery(tags);
  const remove = useSave({
    ask: (id: number) => answer(deleteTagsById({ path: { id } })),
    again: AGAIN,
  });
  const columns: Column<DeskTag>[] = [
    { label: t("settings.name"), cell: (tag) => <Named name={tag.name} colour={tag.color} /> },
    {
      label: t("act.title"),
      unseen: true,
      cell: (tag) =>
        admin && (
          <Acts
            name={tag.name}
            remove={{ text: t("settings.tag.deleteHint"), act: () => remove.mutate(tag.id) }}
          />
        ),
    },
  ];
  return (
    <Page
      title={t("settings.area.tags")}
      actions={<AddButton word={t("settings.tag.add")} act={() => setAdding(true)} />}
    >
      <Loaded query={all}>
        {(rows) => (
          <Rows
            rows={rows}
            columns={columns}
            id={(tag) => tag.id}
            none={t("settings.tag.none")}
            minWidth={280}
          />
        )}
      </Loaded>
      {adding && <NewTag close={() => setAdding(false)} />}
    </Page>
  );
}
