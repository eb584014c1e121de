// What every page begins with.
import { Group, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

/** A title, what can be done beside it, and the page below. */
export function Page(props: { title: string; hint?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  useDocumentTitle(`${props.title} · Gatehouse`);
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={1} size="h2">
            {props.title}
          </Title>
          {props.hint && (
            <Text c="dimmed" size="sm">
              {props.hint}
            </Text>
          )}
        </div>
        {props.actions && <Group gap="xs">{props.actions}</Group>}
      </Group>
      {props.children}
    </Stack>
  );
}
