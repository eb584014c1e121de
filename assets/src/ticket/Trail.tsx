// Who did what to a ticket.
import { Button, Card, Text, Timeline, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { DeskActivity } from "../api";
import { ago, moment } from "../figures";

/** So much of the trail is shown unasked. */
const FEW = 6;

/** The trail, newest first. */
export function Trail({ activities }: { activities: DeskActivity[] }) {
  const { t } = useTranslation();
  const [whole, setWhole] = useState(false);
  const word = (text: string) =>
    t([`ticket.status.${text}`, `ticket.priority.${text}`], { defaultValue: text });
  const all = activities.toReversed();
  return (
    <Card withBorder component="section" aria-label={t("ticket.activities")}>
      <Title order={2} size="h5" mb="sm">
        {t("ticket.activities")}
      </Title>
      <Timeline bulletSize={10} lineWidth={2}>
        {all.slice(0, whole ? undefined : FEW).map((activity) => (
          <Timeline.Item key={activity.id} mt="xs">
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              <b>{activity.user?.name ?? activity.rule ?? "Gatehouse"}</b>{" "}
              {t(`activity.${activity.action}`, { defaultValue: activity.action.replaceAll("_", " ") })}
              {(activity.to ?? activity.from) &&
                `: ${[activity.from, activity.to]
                  .filter((text) => text !== null)
                  .map(word)
                  .join(" → ")}`}
            </Text>
            <Text size="xs" c="dimmed" title={moment(activity.created_at)}>
              {ago(activity.created_at)}
              {activity.cause &&
                ` · ${t(`activity.cause.${activity.cause}`, { defaultValue: activity.cause })}`}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
      {all.length > FEW && (
        <Button
          size="compact-sm"
          variant="subtle"
          mt="sm"
          onClick={() => setWhole(!whole)}
          aria-expanded={whole}
        >
          {whole ? t("ticket.lessTrail") : t("ticket.wholeTrail", { count: all.length })}
        </Button>
      )}
    </Card>
  );
}
