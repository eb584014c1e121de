// In whose hands a ticket is, and who looks on.
import { Avatar, Button, Group, Select, Stack, Text, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { DeskTicket } from "../api";
import { isAdmin, useMe } from "../session/session";
import { staff } from "./choices";
import { useChange } from "./ticket";

function Assignee({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const me = useMe();
  const change = useChange(ticket.id);
  // Only admins know everybody: others see who has a ticket, and take it themselves.
  const known = useQuery({ ...staff, enabled: isAdmin(me) }).data ?? [];
  const present = ticket.assignee?.id
    ? [{ value: String(ticket.assignee.id), label: ticket.assignee.name }]
    : [];
  const own = { value: String(me.id), label: me.name };
  const all = [...known, ...present, own];
  const data = all.filter((one, index) => all.findIndex((other) => other.value === one.value) === index);
  return (
    <Select
      label={t("ticket.assignee")}
      placeholder={t("ticket.unassign")}
      data={data}
      value={ticket.assigned_to === null ? null : String(ticket.assigned_to)}
      onChange={(value) => change.mutate({ kind: "assign", user: value ? Number(value) : null })}
      searchable
      clearable
    />
  );
}

/** Who has it, and who watches it. */
export function Hands({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const me = useMe();
  const change = useChange(ticket.id);
  const watching = ticket.watchers.some((watcher) => watcher.id === me.id);
  return (
    <>
      <Assignee ticket={ticket} />
      <Group gap="xs" grow>
        {ticket.assigned_to !== me.id && (
          <Button size="xs" variant="light" onClick={() => change.mutate({ kind: "assign", user: me.id })}>
            {t("ticket.assign")}
          </Button>
        )}
        <Button
          size="xs"
          variant={watching ? "light" : "default"}
          aria-pressed={watching}
          onClick={() => change.mutate({ kind: "watch", watching: !watching })}
        >
          {t(watching ? "ticket.watching" : "ticket.watch")}
        </Button>
      </Group>
      {ticket.watchers.length > 0 && (
        <Stack gap={4}>
          <Text size="sm" c="dimmed">
            {t("ticket.watchers")}
          </Text>
          <Avatar.Group>
            {ticket.watchers.map((watcher) => (
              <Tooltip key={watcher.id ?? watcher.name} label={watcher.name}>
                <Avatar name={watcher.name} color="initials" size="sm" alt={watcher.name} />
              </Tooltip>
            ))}
          </Avatar.Group>
        </Stack>
      )}
    </>
  );
}
