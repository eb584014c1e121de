// Who did what to a ticket.
import { Card, Text, Timeline, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { DeskActivity } from "../api";
import { moment } from "../figures";

/** The trail, newest first. */
export function Trail({ activities }: { activities: DeskActivity[] }) {
  const { t } = useTranslation();
  const word = (text: string) =>
    t([`ticket.status.${text}`, `ticket.priority.${text}`], { defaultValue: text });
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="sm">
        {t("ticket.activities")}
      </Title>
      <Timeline bulletSize={12} lineWidth={2}>
        {activities.toReversed().map((activity) => (
          <Timeline.Item key={activity.id}>
            <Text size="sm">
              <b>{activity.user?.name ?? "Gatehouse"}</b>{" "}
              {t(`activity.${activity.action}`, { defaultValue: activity.action.replaceAll("_", " ") })}
              {activity.to && `: ${activity.from ? `${word(activity.from)} → ` : ""}${word(activity.to)}`}
            </Text>
            <Text size="xs" c="dimmed">
              {moment(activity.created_at)}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
    </Card>
  );
}
