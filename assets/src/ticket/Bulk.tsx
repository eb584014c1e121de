// Many tickets changed at once.
import { Button, Group, Menu, Paper, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { queries } from "../frame/queries";
import { useMe } from "../session/session";
import { ask, type Change } from "./change";
import { STATUSES } from "./filter";

/** What can be done to the selected tickets. Those that refuse stay selected. */
export function Bulk({ selected, select }: { selected: number[]; select: (ids: number[]) => void }) {
  const { t } = useTranslation();
  const me = useMe();
  const change = useMutation({
    mutationFn: async (wanted: Change) => {
      const done = await Promise.allSettled(selected.map((id) => ask(id, wanted)));
      return selected.filter((_, index) => done[index]?.status === "rejected");
    },
    onSuccess: async (refused) => {
      const count = selected.length - refused.length;
      notifications.show({
        color: refused.length > 0 ? "red" : "teal",
        message: t(refused.length > 0 ? "bulk.refused" : "bulk.done", { count, refused: refused.length }),
      });
      select(refused);
      await Promise.all(["tickets", "ticket"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
    },
  });
  if (selected.length === 0) return null;
  return (
    <Paper
      withBorder
      shadow="md"
      p="xs"
      role="toolbar"
      aria-label={t("bulk.title")}
      pos="sticky"
      top={64}
      style={{ zIndex: 2 }}
    >
      <Group gap="xs">
        <Text size="sm" fw={600} role="status">
          {t("bulk.selected", { count: selected.length })}
        </Text>
        <Menu>
          <Menu.Target>
            <Button size="xs" variant="light" loading={change.isPending}>
              {t("bulk.status")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {STATUSES.map((status) => (
              <Menu.Item key={status} onClick={() => change.mutate({ kind: "status", status })}>
                {t(`ticket.status.${status}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        <Button
          size="xs"
          variant="light"
          loading={change.isPending}
          onClick={() => change.mutate({ kind: "assign", user: me.id })}
        >
          {t("ticket.assign")}
        </Button>
        <Button size="xs" variant="subtle" onClick={() => select([])}>
          {t("bulk.none")}
        </Button>
      </Group>
    </Paper>
  );
}
