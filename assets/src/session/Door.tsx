// The frame of pages for people who have not signed in: one card in the middle.
import { Alert, Card, Center, Group, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

import { Appearance } from "../frame/Appearance";
import { Logo } from "../frame/Logo";

/** A card with a title, what went wrong, and the page. */
export function Door(props: {
  title: string;
  hint?: string | undefined;
  problem?: string | undefined;
  children: ReactNode;
}) {
  useDocumentTitle(`${props.title} · Gatehouse`);
  return (
    <Center component="main" mih="100vh" p="md">
      <Card withBorder shadow="sm" padding="xl" w={400} maw="100%">
        <Stack>
          <Group justify="space-between">
            <Logo />
            <Appearance />
          </Group>
          <Title order={1} size="h3">
            {props.title}
          </Title>
          {props.hint && (
            <Text size="sm" c="dimmed">
              {props.hint}
            </Text>
          )}
          {props.problem && (
            <Alert color="red" role="alert">
              {props.problem}
            </Alert>
          )}
          {props.children}
        </Stack>
      </Card>
    </Center>
  );
}
