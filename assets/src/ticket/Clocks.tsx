// How much time is left to answer and to resolve, in words; each clock explains itself when it is pressed.
import { Button, Group, Popover, Progress, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { DeskTicket, DeskTicketClock } from "../api";
import { duration, span } from "../figures";
import { ALARM } from "../frame/theme";
import { Explained } from "./Explained";
import { standing, useClocks } from "./sla";

const LABELS: Record<string, string> = {
  first_response: "ticket.firstResponse",
  resolution: "ticket.resolution",
};

/** Milliseconds of a minute. */
const MINUTE = 60_000;

function useWords(clock: DeskTicketClock) {
  const { t } = useTranslation();
  const state = standing(clock);
  const late = clock.breached_at !== null;
  const due = clock.due_at;
  const over = state === "running" && due !== null && Date.parse(due) < Date.now();
  if (state === "met") return { late, words: t(late ? "sla.metLate" : "sla.met") };
  if (state === "paused") {
    const rest = Number(clock.target_ms ?? 0) - Number(clock.used_ms);
    return {
      late,
      words: t(late ? "sla.missed" : "sla.paused", { span: duration(Math.max(0, rest) / MINUTE) }),
    };
  }
  if (!due) return { late, words: t("sla.missed") };
  return {
    late: late || over,
    words: t(over ? "sla.late" : late ? "sla.missed" : "sla.left", { span: span(due) }),
  };
}

function Clock({ clock, ticket }: { clock: DeskTicketClock; ticket: DeskTicket }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const { late, words } = useWords(clock);
  const state = standing(clock);
  const used = (Number(clock.used_ms) / Math.max(1, Number(clock.target_ms))) * 100;
  const share = state === "met" ? 100 : Math.min(100, used);
  const color = late
    ? "red"
    : { met: "teal", paused: "gray", running: share > 75 ? "orange" : "cyan" }[state];
  const label = t(LABELS[clock.metric] ?? clock.metric);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      width={340}
      shadow="md"
      withArrow
      trapFocus
    >
      <Popover.Target>
        <UnstyledButton
          onClick={() => setOpened(!opened)}
          aria-label={t("sla.explain", { label, words })}
          w="100%"
        >
          <Group justify="space-between" gap="xs" wrap="nowrap">
            <Text size="sm" c="dimmed">
              {label}
            </Text>
            <Group gap={4} wrap="nowrap">
              <Text size="sm" fw={600} ta="right" className="figure" {...(late && { c: ALARM })}>
                {words}
              </Text>
              <IconChevronDown size={14} aria-hidden />
            </Group>
          </Group>
          <Progress value={share} color={color} size="xs" mt={4} aria-hidden />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        <Stack gap="sm">
          <Explained clock={clock} ticket={ticket} />
          <Button size="xs" variant="default" onClick={() => setOpened(false)}>
            {t("close")}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** The clocks of a ticket; they go on while one looks. */
export function Clocks({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const all = useClocks(ticket.id);
  const promised = all?.filter((clock) => clock.target_ms !== null) ?? [];
  const { first_response_due_at: first, resolution_due_at: resolution, sla_policy: policy } = ticket;
  // While they are asked for, as much room as they will take.
  const coming = !all && (first || resolution || policy);
  if (promised.length === 0 && !coming) {
    return (
      <Text size="sm" c="dimmed">
        {t("sla.none")}
      </Text>
    );
  }
  return (
    <Stack gap="xs" role="group" aria-label={t("sla.title")} mih={policy ? 78 : undefined}>
      {promised.map((clock) => (
        <Clock key={clock.metric} clock={clock} ticket={ticket} />
      ))}
    </Stack>
  );
}
