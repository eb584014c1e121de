// The time that was spent on a ticket: a timer, and what was entered by hand.
import {
  ActionIcon,
  Badge,
  Button,
  Card,
  Group,
  NumberInput,
  Stack,
  Switch,
  Text,
  TextInput,
  Title,
  Tooltip,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useInterval } from "@mantine/hooks";
import { IconClockPlus, IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import {
  type DeskTicket,
  getTicketsByIdTimeEntries,
  type HelpdeskNewTimeEntry,
  type HelpdeskTimeEntry,
  postTicketsByIdTimeEntries,
  postTimeEntriesByIdToggle,
} from "../api";
import { duration, exact, moment } from "../figures";
import { answer } from "../frame/queries";
import { Sheet, useSave } from "../frame/Sheet";
import { isAdmin, useMe } from "../session/session";

/** Minutes that one entry may have: a hundred days, as the server has it. */
const LONGEST = 144_000;

/** Minutes of an entry by now: a timer that runs was counted when it was asked for. */
function spent(entry: HelpdeskTimeEntry, asked: number): number {
  const since = entry.isRunning ? (Date.now() - asked) / 60_000 : 0;
  return Number(entry.minutes) + Math.max(0, since);
}

function Entry(props: { entry: HelpdeskTimeEntry; asked: number; toggle: () => void; pending: boolean }) {
  const { t } = useTranslation();
  const me = useMe();
  const { entry, asked } = props;
  const mine = entry.userId === me.uuid;
  const who = mine ? t("time.mine") : entry.userName;
  const what = t(entry.isRunning ? "time.stop" : "time.goOn");
  return (
    <Group component="li" justify="space-between" wrap="nowrap" gap="xs">
      <div style={{ minWidth: 0, overflowWrap: "anywhere" }}>
        <Text size="sm">{entry.description ?? who}</Text>
        <Text size="xs" c="dimmed">
          {moment(entry.createdAt)}
          {entry.description && ` · ${who}`}
        </Text>
      </div>
      <Group gap={6} wrap="nowrap">
        {!entry.billable && (
          <Badge size="xs" variant="light" color="gray">
            {t("time.free")}
          </Badge>
        )}
        <Text size="sm" fw={600} className="figure" style={{ whiteSpace: "nowrap" }}>
          {duration(spent(entry, asked))}
        </Text>
        {(mine || isAdmin(me)) && (
          <Tooltip label={what}>
            <ActionIcon
              variant={entry.isRunning ? "filled" : "default"}
              color={entry.isRunning ? "red" : "cyan"}
              size="sm"
              loading={props.pending}
              onClick={props.toggle}
              aria-label={what}
            >
              {entry.isRunning ? <IconPlayerStop size={14} /> : <IconPlayerPlay size={14} />}
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
    </Group>
  );
}

function Enter(props: { enter: (entry: HelpdeskNewTimeEntry) => void; pending: boolean; close: () => void }) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { minutes: 15 as number | string, description: "", billable: true },
    validate: {
      minutes: (minutes) => {
        if (Number(minutes) < 1) return t("time.needsMinutes");
        return Number(minutes) > LONGEST ? t("time.tooLong", { most: exact(LONGEST) }) : null;
      },
    },
  });
  return (
    <Sheet
      title={t("time.add")}
      close={props.close}
      pending={props.pending}
      submit={form.onSubmit(({ minutes, description, billable }) =>
        props.enter({ minutes: Number(minutes), description: description.trim() || null, billable }),
      )}
    >
      <NumberInput
        label={t("time.minutes")}
        min={1}
        max={LONGEST}
        clampBehavior="none"
        allowDecimal={false}
        allowNegative={false}
        required
        data-autofocus
        {...form.getInputProps("minutes")}
      />
      <TextInput label={t("time.what")} {...form.getInputProps("description")} />
      <Switch label={t("time.billable")} {...form.getInputProps("billable", { type: "checkbox" })} />
    </Sheet>
  );
}

/** The card with all of it. */
export function Time({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const [, tick] = useState(0);
  useInterval(() => tick((count) => count + 1), 15_000, { autoInvoke: true });
  const again = [["ticket", ticket.id, "time"]];
  const query = useQuery({
    queryKey: ["ticket", ticket.id, "time"],
    queryFn: () => answer(getTicketsByIdTimeEntries({ path: { id: ticket.uuid } })),
  });
  const enter = useSave({
    ask: (body: HelpdeskNewTimeEntry) =>
      answer(postTicketsByIdTimeEntries({ path: { id: ticket.uuid }, body })),
    again,
    done: () => setOpened(false),
  });
  const toggle = useSave({
    ask: (id: string) => answer(postTimeEntriesByIdToggle({ path: { id } })),
    again,
  });
  const all = query.data ?? [];
  const asked = query.dataUpdatedAt;
  const sum = all.reduce((minutes, entry) => minutes + spent(entry, asked), 0);
  return (
    <Card withBorder component="section" aria-label={t("time.title")}>
      <Group justify="space-between" mb={all.length > 0 ? "sm" : 0}>
        <Title order={2} size="h5">
          {all.length > 0 ? t("time.total", { span: duration(sum) }) : t("time.title")}
        </Title>
        <Group gap={6}>
          {!all.some((entry) => entry.isRunning) && (
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPlayerPlay size={14} aria-hidden />}
              loading={enter.isPending}
              onClick={() => enter.mutate({})}
            >
              {t("time.start")}
            </Button>
          )}
          <Tooltip label={t("time.add")}>
            <ActionIcon
              variant="default"
              size={26}
              onClick={() => setOpened(true)}
              aria-label={t("time.add")}
            >
              <IconClockPlus size={16} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      <Stack gap="xs" component="ul" p={0} m={0}>
        {all.map((entry) => (
          <Entry
            key={entry.id}
            entry={entry}
            asked={asked}
            pending={toggle.isPending}
            toggle={() => toggle.mutate(entry.id)}
          />
        ))}
      </Stack>
      {opened && <Enter enter={enter.mutate} pending={enter.isPending} close={() => setOpened(false)} />}
    </Card>
  );
}
