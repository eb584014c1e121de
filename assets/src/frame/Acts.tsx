// What can be done to a row.
import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { confirm } from "./confirm";

/** Editing and deleting, the latter after a question. */
export function Acts(props: {
  name: string;
  edit?: (() => void) | undefined;
  remove?: { text: string; word?: string; act: () => void } | undefined;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const { name, edit, remove } = props;
  const word = remove?.word ?? t("act.delete");
  return (
    <Group gap="xs" wrap="nowrap" justify="flex-end">
      {props.children}
      {edit && (
        <Button size="compact-sm" variant="default" onClick={edit} aria-label={`${t("act.edit")}: ${name}`}>
          {t("act.edit")}
        </Button>
      )}
      {remove && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={`${word}: ${name}`}
          onClick={() => confirm(`${word}: ${name}`, remove.text, word, remove.act)}
        >
          {word}
        </Button>
      )}
    </Group>
  );
}
