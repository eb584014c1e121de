// What a page shows while it waits, when it failed, and when there is nothing.
import {
  Alert,
  Button,
  Center,
  Group,
  Skeleton,
  Stack,
  Text,
  ThemeIcon,
  Title,
  type TitleOrder,
} from "@mantine/core";
import { IconAlertTriangle, IconMoodEmpty } from "@tabler/icons-react";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Refused } from "./queries";

/** Says what went wrong, and offers to try again. */
export function Failed({ error, again }: { error: Error; again?: () => void }) {
  const { t } = useTranslation();
  const missing = error instanceof Refused && error.status === 404;
  return (
    <Alert
      color={missing ? "gray" : "red"}
      icon={<IconAlertTriangle aria-hidden />}
      title={missing ? t("problem.missing") : t("problem.title")}
      role="alert"
    >
      <Group justify="space-between">
        <Text size="sm">{missing ? t("problem.missingHint") : error.message}</Text>
        {again && !missing && (
          <Button size="xs" variant="default" onClick={again}>
            {t("problem.again")}
          </Button>
        )}
      </Group>
    </Alert>
  );
}

/** Says that there is nothing, and what to do about it; as a heading where it is one. */
export function Empty({
  title,
  order,
  hint,
  children,
}: {
  title: string;
  order?: TitleOrder;
  hint?: string;
  children?: ReactNode;
}) {
  return (
    <Center p="xl">
      <Stack align="center" gap="xs" maw={420} ta="center">
        <ThemeIcon size={48} radius="xl" variant="light" color="gray" aria-hidden>
          <IconMoodEmpty />
        </ThemeIcon>
        {order ? (
          <Title order={order} size="h4">
            {title}
          </Title>
        ) : (
          <Text fw={600}>{title}</Text>
        )}
        {hint && (
          <Text c="dimmed" size="sm">
            {hint}
          </Text>
        )}
        {typeof children === "string" ? (
          <Text c="dimmed" size="sm">
            {children}
          </Text>
        ) : (
          children
        )}
      </Stack>
    </Center>
  );
}

/** What waits looks like lines of a text that is to come. */
const WAITING = ["55%", "90%", "75%"];

/** The data of a query once it is there; until then a sign of waiting, or what went wrong. */
export function Loaded<T>({
  query,
  children,
}: {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
}) {
  const { t } = useTranslation();
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <Failed error={query.error} again={() => void query.refetch()} />;
  return (
    <Stack gap="xs" role="status" aria-label={t("loading")}>
      {WAITING.map((width) => (
        <Skeleton key={width} h={20} w={width} radius="sm" />
      ))}
    </Stack>
  );
}
