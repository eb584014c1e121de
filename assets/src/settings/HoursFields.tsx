// The fields of business hours.
import { ActionIcon, Fieldset, Group, Select, Stack, Switch, Text, Textarea, TextInput } from "@mantine/core";
import type { FormErrors } from "@mantine/form";
import { IconPlus, IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { type Day, DAYS, type Hours, type Span } from "./hours";
import { ZONES } from "./ProjectForm";

function Wrong({ said }: { said: ReactNode }) {
  return (
    said && (
      <Text size="xs" c="red" role="alert">
        {said}
      </Text>
    )
  );
}

function DayFields(props: { day: string; spans: Span[]; error: ReactNode; change: (spans: Span[]) => void }) {
  const { t } = useTranslation();
  const { day, spans, error, change } = props;
  const set = (index: number, end: 0 | 1, value: string) =>
    change(spans.map((span, at) => (at === index ? (span.with(end, value) as Span) : span)));
  return (
    <Group align="flex-start" gap="xs" wrap="nowrap">
      <Switch
        label={day}
        checked={spans.length > 0}
        onChange={(event) => change(event.currentTarget.checked ? [["09:00", "17:00"]] : [])}
        w={130}
        mt={6}
      />
      <Stack gap={4}>
        {spans.map((span, index) => (
          <Group key={index} gap={4} wrap="nowrap">
            {([0, 1] as const).map((end) => (
              <TextInput
                key={end}
                size="xs"
                type="time"
                aria-label={`${day}: ${t(end === 0 ? "settings.hours.from" : "settings.hours.to")}`}
                value={span[end]}
                onChange={(event) => set(index, end, event.currentTarget.value)}
              />
            ))}
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`${t("settings.remove")}: ${day} ${span.join("–")}`}
              onClick={() => change(spans.filter((_, at) => at !== index))}
            >
              <IconX size={14} />
            </ActionIcon>
            {index === spans.length - 1 && (
              <ActionIcon
                variant="subtle"
                aria-label={`${t("settings.hours.another")}: ${day}`}
                onClick={() => change([...spans, [span[1], "20:00"]])}
              >
                <IconPlus size={14} />
              </ActionIcon>
            )}
          </Group>
        ))}
        <Wrong said={error} />
      </Stack>
    </Group>
  );
}

/** The zone, the week and the holidays; each with what is said of it, or of something in it. */
export function HoursFields(props: { hours: Hours; errors: FormErrors; change: (hours: Hours) => void }) {
  const { t } = useTranslation();
  const { hours, errors, change } = props;
  const wrong = (part: string): ReactNode =>
    Object.entries(errors).find(([field]) => `${field}.`.startsWith(`business_hours.${part}.`))?.[1];
  const week = (day: Day, spans: Span[]) => change({ ...hours, week: { ...hours.week, [day]: spans } });
  return (
    <Fieldset legend={t("settings.hours.title")}>
      <Stack gap="sm">
        <Select
          label={t("settings.zone")}
          data={ZONES}
          searchable
          allowDeselect={false}
          value={hours.zone}
          error={wrong("time_zone")}
          onChange={(zone) => zone && change({ ...hours, zone })}
        />
        {DAYS.map((day) => (
          <DayFields
            key={day}
            day={t(`settings.hours.${day}`)}
            spans={hours.week[day]}
            error={wrong(`week.${day}`)}
            change={(spans) => week(day, spans)}
          />
        ))}
        <Wrong said={errors["business_hours.week"]} />
        <Textarea
          label={t("settings.hours.holidays")}
          error={wrong("holidays")}
          description={
            <Text span inherit>
              {t("settings.hours.holidaysHint")}
            </Text>
          }
          placeholder="2026-12-25 Christmas"
          autosize
          minRows={2}
          maxRows={10}
          value={hours.holidays}
          onChange={(event) => change({ ...hours, holidays: event.currentTarget.value })}
        />
      </Stack>
    </Fieldset>
  );
}
