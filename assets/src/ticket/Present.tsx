// The others who are at a ticket, so that nobody answers twice.
import { Alert, Group, Text, Tooltip } from "@mantine/core";
import { IconPencil } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { DeskPresent } from "../api";
import { Face } from "../frame/Face";

/** Their faces, and what they do. */
export function Present({ others }: { others: DeskPresent[] }) {
  const { t } = useTranslation();
  return (
    <Group gap={6} role="status" wrap="nowrap" aria-label={t("presence.title")}>
      {others.map((one) => (
        <Tooltip key={one.id} label={t(`presence.${one.state}`, { name: one.name })}>
          <Face name={one.name} alt={t(`presence.${one.state}`, { name: one.name })} size="sm" tabIndex={0} />
        </Tooltip>
      ))}
      {others.length > 0 && (
        <Text size="xs" c="dimmed" visibleFrom="sm">
          {t("presence.also", { count: others.length, name: others[0]?.name })}
        </Text>
      )}
    </Group>
  );
}

/** Above an answer: somebody else writes one as well. */
export function AlsoWriting({ others }: { others: DeskPresent[] }) {
  const { t } = useTranslation();
  const names = others.filter((one) => one.state === "typing").map((one) => one.name);
  return (
    <div role="status">
      {names.length > 0 && (
        <Alert color="orange" p="xs" mb="xs" icon={<IconPencil size={16} aria-hidden />}>
          {t("presence.writing", { count: names.length, names: names.join(", ") })}
        </Alert>
      )}
    </div>
  );
}
