// How much time is left to answer and to resolve, in words.
import { Group, Progress, Stack, Text } from "@mantine/core";
import { useInterval } from "@mantine/hooks";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { DeskTicket } from "../api";
import { moment, span } from "../figures";
import { ALARM } from "../frame/theme";

interface Promised {
  label: string;
  from: string;
  due: string;
  met: string | null;
  missed: boolean;
}

function Clock({ label, from, due, met, missed }: Promised) {
  const { t } = useTranslation();
  const [start, end, now] = [Date.parse(from), Date.parse(due), Date.now()];
  const late = missed || (!met && now > end);
  const share = met ? 100 : Math.min(100, ((now - start) / Math.max(1, end - start)) * 100);
  const color = late ? "red" : met ? "teal" : share > 75 ? "orange" : "cyan";
  const words = met
    ? t(late ? "sla.metLate" : "sla.met")
    : t(now > end ? "sla.late" : late ? "sla.missed" : "sla.left", { span: span(due) });
  return (
    <div>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="sm" c="dimmed">
          {label}
        </Text>
        <Text
          size="sm"
          fw={600}
          ta="right"
          component="time"
          dateTime={due}
          title={t("sla.due", { at: moment(due) })}
          c={late ? ALARM : undefined}
        >
          {words}
        </Text>
      </Group>
      <Progress value={share} color={color} size="xs" mt={4} aria-hidden />
    </div>
  );
}

/** The clocks of a ticket; they go on while one looks. */
export function Clocks({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const [, tick] = useState(0);
  useInterval(() => tick((count) => count + 1), 30_000, { autoInvoke: true });
  const { first_response_due_at: first, resolution_due_at: resolution } = ticket;
  if (!first && !resolution) return null;
  return (
    <Stack gap="xs" role="group" aria-label={t("sla.title")}>
      {first && (
        <Clock
          label={t("ticket.firstResponse")}
          from={ticket.created_at}
          due={first}
          met={ticket.first_response_at}
          missed={ticket.first_response_breached}
        />
      )}
      {resolution && (
        <Clock
          label={t("ticket.resolution")}
          from={ticket.created_at}
          due={resolution}
          met={ticket.resolved_at}
          missed={ticket.resolution_breached}
        />
      )}
    </Stack>
  );
}
