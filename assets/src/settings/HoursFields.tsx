// The fields of business hours.
import { ActionIcon, Fieldset, Group, Select, Stack, Switch, Text, Textarea, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { type Day, DAYS, type Hours, type Span } from "./hours";
import { ZONES } from "./ProjectForm";

function DayFields(props: { day: string; spans: Span[]; change: (spans: Span[]) => void }) {
  const { t } = useTranslation();
  const { day, spans, change } = props;
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
      </Stack>
    </Group>
  );
}

/** The zone, the week and the holidays. */
export function HoursFields({ hours, change }: { hours: Hours; change: (hours: Hours) => void }) {
  const { t } = useTranslation();
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
          onChange={(zone) => zone && change({ ...hours, zone })}
        />
        {DAYS.map((day) => (
          <DayFields
            key={day}
            day={t(`settings.hours.${day}`)}
            spans={hours.week[day]}
            change={(spans) => week(day, spans)}
          />
        ))}
        <Textarea
          label={t("settings.hours.holidays")}
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
