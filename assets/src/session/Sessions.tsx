// Where one is signed in.
import { Badge, Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { deleteAuthSessionsBySession, type DeskSession, getAuthSessions } from "../api";
import { ago, moment } from "../figures";
import { answer, queries } from "../frame/queries";
import { Loaded } from "../frame/State";
import { program } from "./program";

function Session({ session }: { session: DeskSession }) {
  const { t } = useTranslation();
  const end = useMutation({
    mutationFn: () => answer(deleteAuthSessionsBySession({ path: { session: session.id } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  });
  const name = program(session.user_agent) ?? t("profile.unknown");
  return (
    <Group justify="space-between" wrap="nowrap" component="li">
      <div>
        <Group gap="xs">
          <Text size="sm" fw={600} title={session.user_agent ?? undefined}>
            {name}
          </Text>
          {session.current && (
            <Badge variant="light" color="teal" radius="sm">
              {t("profile.here")}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed" title={moment(session.created_at)}>
          {t("profile.since", { ago: ago(session.created_at), ip: session.ip ?? "–" })}
        </Text>
      </div>
      {!session.current && (
        <Button
          size="xs"
          variant="default"
          aria-label={`${t("profile.end")}: ${name}`}
          loading={end.isPending}
          onClick={() => end.mutate()}
        >
          {t("profile.end")}
        </Button>
      )}
    </Group>
  );
}

/** The sessions, each with a way to end it. */
export function Sessions() {
  const { t } = useTranslation();
  const sessions = useQuery({ queryKey: ["sessions"], queryFn: () => answer(getAuthSessions()) });
  return (
    <Card withBorder component="section">
      <Title order={2} size="h4" mb="sm">
        {t("profile.sessions")}
      </Title>
      <Loaded query={sessions}>
        {(found) => (
          <Stack component="ul" gap="sm" p={0} m={0}>
            {found.sessions.map((session) => (
              <Session key={session.id} session={session} />
            ))}
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}
