// Where somebody is signed in.
import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { deleteAdminUsersByUserSessions, getAdminUsersByUserSessions } from "../api";
import { ago, moment } from "../figures";
import { confirm } from "../frame/confirm";
import { answer } from "../frame/queries";
import { useSave } from "../frame/Sheet";
import { Loaded } from "../frame/State";

/** The sessions of a user, and their end. */
export function Sessions({ user }: { user: number }) {
  const { t } = useTranslation();
  const sessions = useQuery({
    queryKey: ["person", user, "sessions"],
    queryFn: async () => (await answer(getAdminUsersByUserSessions({ path: { user } }))).sessions,
  });
  const end = useSave({
    ask: () => answer(deleteAdminUsersByUserSessions({ path: { user } })),
    again: [["person", user, "sessions"]],
  });
  return (
    <Card withBorder component="section">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h5">
          {t("person.sessions")}
        </Title>
        {sessions.data && sessions.data.length > 0 && (
          <Button
            size="xs"
            variant="default"
            loading={end.isPending}
            onClick={() =>
              confirm(t("person.signOut"), t("person.signOutHint"), t("person.signOut"), () => end.mutate())
            }
          >
            {t("person.signOut")}
          </Button>
        )}
      </Group>
      <Loaded query={sessions}>
        {(all) => (
          <Stack gap="sm">
            {all.length === 0 && (
              <Text size="sm" c="dimmed">
                {t("person.noSessions")}
              </Text>
            )}
            {all.map((session) => (
              <div key={session.id}>
                <Text size="sm" lineClamp={2}>
                  {session.user_agent ?? t("person.unknownProgram")}
                </Text>
                <Text size="xs" c="dimmed" title={moment(session.created_at)}>
                  {[session.ip, ago(session.created_at), session.current && t("person.thisSession")]
                    .filter(Boolean)
                    .join(" · ")}
                </Text>
              </div>
            ))}
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}
