// In whose hands a ticket is, and who looks on.
import { Avatar, Button, Group, Select, Tooltip } from "@mantine/core";
import { IconEye } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { DeskTicket } from "../api";
import { Face } from "../frame/Face";
import { isAdmin, useMe } from "../session/session";
import { staff } from "./choices";
import { Property } from "./Properties";
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
      size="xs"
      aria-label={t("ticket.assignee")}
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
      <Property label={t("ticket.assignee")}>
        {/* A name has room, beside the button or above it. */}
        <Group gap={6}>
          <div style={{ flex: "1 1 130px" }}>
            <Assignee ticket={ticket} />
          </div>
          {ticket.assigned_to !== me.id && (
            <Button
              size="compact-sm"
              variant="light"
              onClick={() => change.mutate({ kind: "assign", user: me.id })}
            >
              {t("ticket.assign")}
            </Button>
          )}
        </Group>
      </Property>
      <Property label={t("ticket.watchers")} told>
        <Group gap="xs" justify="space-between" wrap="nowrap">
          <Avatar.Group>
            {ticket.watchers.map((watcher) => (
              <Tooltip key={watcher.id ?? watcher.name} label={watcher.name}>
                <Face name={watcher.name} size="sm" alt={watcher.name} />
              </Tooltip>
            ))}
          </Avatar.Group>
          <Button
            size="compact-sm"
            variant={watching ? "light" : "default"}
            leftSection={<IconEye size={14} aria-hidden />}
            aria-pressed={watching}
            onClick={() => change.mutate({ kind: "watch", watching: !watching })}
          >
            {t(watching ? "ticket.watching" : "ticket.watch")}
          </Button>
        </Group>
      </Property>
    </>
  );
}
