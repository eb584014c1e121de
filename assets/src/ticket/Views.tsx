// Views: filters with a name, some for everybody and those that this browser keeps.
import { ActionIcon, Button, Group, Popover, ScrollArea, Stack, TextInput, Tooltip } from "@mantine/core";
import { useDisclosure, useLocalStorage } from "@mantine/hooks";
import { IconBookmarkPlus, IconTrash } from "@tabler/icons-react";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";

import { useMe } from "../session/session";
import { type Filter, LATE, mine, NOBODYS, readFilter, same, SOON } from "./filter";

interface View {
  name: string;
  filter: Filter;
}

/** The views that this browser keeps; what was kept is read as carefully as an address. */
function useKept() {
  return useLocalStorage<View[]>({
    key: "gatehouse-ticket-views",
    defaultValue: [],
    getInitialValueInEffect: false,
    deserialize: (text) => {
      try {
        const kept: unknown = JSON.parse(text ?? "[]");
        if (!Array.isArray(kept)) return [];
        return kept
          .filter((view): view is View => typeof view?.name === "string" && typeof view.filter === "object")
          .map((view) => ({ name: view.name, filter: readFilter({ ...view.filter }) }));
      } catch {
        return [];
      }
    },
  });
}

function Keep({ keep }: { keep: (name: string) => void }) {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure();
  const [name, setName] = useState("");
  const submit = (event: React.SyntheticEvent) => {
    event.preventDefault();
    if (!name.trim()) return;
    keep(name.trim());
    setName("");
    close();
  };
  return (
    <Popover opened={opened} onChange={(open) => open || close()} trapFocus withArrow>
      <Popover.Target>
        <Tooltip label={t("view.keep")}>
          <ActionIcon variant="default" size={30} onClick={toggle} aria-label={t("view.keep")}>
            <IconBookmarkPlus size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <form onSubmit={submit}>
          <Stack gap="xs">
            <TextInput
              label={t("view.name")}
              maxLength={40}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
            <Button type="submit" size="xs" disabled={!name.trim()}>
              {t("view.save")}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

/** The views in a row; the one that is shown can be let go if it is one's own. */
export const Views = memo(function Views({
  filter,
  show,
}: {
  filter: Filter;
  show: (filter: Filter) => void;
}) {
  const { t } = useTranslation();
  const me = useMe();
  const [kept, setKept] = useKept();
  const given: View[] = [
    { name: t("view.all"), filter: {} },
    { name: t("view.mine"), filter: mine(me.id) },
    { name: t("view.nobody"), filter: NOBODYS },
    { name: t("view.soon"), filter: SOON },
    { name: t("view.late"), filter: LATE },
  ];
  const own = kept.find((view) => same(view.filter, filter));
  const isKnown = own ?? given.find((view) => same(view.filter, filter));
  const { page: _, ...rest } = filter;
  return (
    <ScrollArea type="never">
      <Group gap={6} wrap="nowrap" role="group" aria-label={t("view.title")}>
        {[...given, ...kept].map((view) => (
          <Button
            key={view.name}
            size="xs"
            style={{ flexShrink: 0 }}
            variant={same(view.filter, filter) ? "filled" : "default"}
            aria-pressed={same(view.filter, filter)}
            onClick={() => show(view.filter)}
          >
            {view.name}
          </Button>
        ))}
        {own && (
          <Tooltip label={t("view.forget", { name: own.name })}>
            <ActionIcon
              variant="default"
              size={30}
              aria-label={t("view.forget", { name: own.name })}
              onClick={() => setKept(kept.filter((view) => view !== own))}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Tooltip>
        )}
        {!isKnown && (
          <Keep
            keep={(name) => setKept([...kept.filter((view) => view.name !== name), { name, filter: rest }])}
          />
        )}
      </Group>
    </ScrollArea>
  );
});
