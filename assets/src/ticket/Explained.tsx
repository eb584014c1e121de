// Where a deadline comes from: what was promised, what counted, and every pause.
import { Divider, Group, Stack, Text, Timeline } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { DeskTicket, DeskTicketClock, DeskTicketClockSpan } from "../api";
import { duration, moment } from "../figures";
import { ALARM } from "../frame/theme";
import { standing } from "./sla";

const MINUTE = 60_000;
const COLOURS: Record<string, string> = {
  running: "cyan",
  pending: "gray",
  finished: "teal",
  answered: "teal",
};

/** Shorter pieces only say that somebody pressed two buttons in a row. */
const SHORTEST = 1_000;

const minutes = (ms: number | bigint) => duration(Number(ms) / MINUTE);

function Line({ label, late, children }: { label: string; late?: boolean; children: ReactNode }) {
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm" align="flex-start">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text size="sm" ta="right" className="figure" {...(late && { c: ALARM, fw: 600 })}>
        {children}
      </Text>
    </Group>
  );
}

function Piece({ piece }: { piece: DeskTicketClockSpan }) {
  const { t } = useTranslation();
  const by = piece.by?.name;
  const length = Date.parse(piece.to) - Date.parse(piece.from);
  const open = Number(piece.open_ms);
  // A span around the clock counts as long as it is, give or take how its ends are rounded.
  const isPartly = piece.cause === "running" && length - open > 2 * MINUTE;
  return (
    <>
      <Text size="sm">{t(`sla.cause.${piece.cause}`)}</Text>
      <Text size="xs" c="dimmed">
        {t("sla.from", { at: moment(piece.from) })}
        {by && ` (${by})`}
        {piece.cause === "running" && `: ${t("sla.counted", { span: minutes(open) })}`}
        {isPartly && `, ${t("sla.closedHours", { span: minutes(length - open) })}`}
      </Text>
    </>
  );
}

/** A clock in full. */
export function Explained({ clock, ticket }: { clock: DeskTicketClock; ticket: DeskTicket }) {
  const { t } = useTranslation();
  const policy = ticket.sla_policy;
  const rest = Number(clock.target_ms ?? 0) - Number(clock.used_ms);
  const pieces = clock.spans.filter(
    (piece, index) =>
      index === clock.spans.length - 1 || Date.parse(piece.to) - Date.parse(piece.from) >= SHORTEST,
  );
  return (
    <Stack gap={6}>
      {policy && (
        <Line label={t("sla.policy")}>
          {t(policy.project_id === null ? "sla.policyEverywhere" : "sla.policyHere", {
            priority: t(`ticket.priority.${policy.priority}`),
            project: ticket.project.name,
          })}
        </Line>
      )}
      {clock.target_ms !== null && <Line label={t("sla.promised")}>{minutes(clock.target_ms)}</Line>}
      <Line label={t("sla.used")}>{minutes(clock.used_ms)}</Line>
      {Number(clock.paused_ms) >= SHORTEST && (
        <Line label={t("sla.pausedFor")}>{minutes(clock.paused_ms)}</Line>
      )}
      {standing(clock) !== "met" && rest > 0 && <Line label={t("sla.rest")}>{minutes(rest)}</Line>}
      {clock.due_at && <Line label={t("ticket.deadline")}>{moment(clock.due_at)}</Line>}
      {clock.breached_at && (
        <Line label={t("sla.missedAt")} late>
          {moment(clock.breached_at)}
        </Line>
      )}
      <Divider />
      <Timeline bulletSize={10} lineWidth={2}>
        {pieces.map((piece) => (
          <Timeline.Item key={piece.from + piece.cause} color={COLOURS[piece.cause] ?? "gray"}>
            <Piece piece={piece} />
          </Timeline.Item>
        ))}
      </Timeline>
      <Text size="xs" c="dimmed">
        {t("sla.how")}
      </Text>
    </Stack>
  );
}
