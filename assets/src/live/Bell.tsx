// The bell: what happened on tickets that one has, watches or was mentioned on.
import {
  ActionIcon,
  Button,
  Group,
  Indicator,
  Popover,
  ScrollArea,
  Stack,
  Text,
  Tooltip,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBell } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { DeskNotification } from "../api";
import { ago } from "../figures";
import { TextLink } from "../frame/links";
import { notifications, useRead } from "./notifications";

function One({ one, open }: { one: DeskNotification; open: () => void }) {
  const { t } = useTranslation();
  const who = one.by?.name ?? t("bell.somebody");
  return (
    <Stack gap={2} component="li">
      <Group gap="xs" wrap="nowrap" justify="space-between" align="baseline">
        <TextLink
          to="/console/tickets/$id"
          params={{ id: String(one.ticket.id) }}
          onClick={open}
          size="sm"
          fw={one.read_at ? 400 : 700}
          lineClamp={2}
        >
          {one.ticket.subject}
        </TextLink>
        <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
          {ago(one.created_at)}
        </Text>
      </Group>
      <Text size="xs" c="dimmed">
        {t("bell.line", { who, what: t(`bell.kind.${one.kind}`, { defaultValue: t("bell.changed") }) })}
      </Text>
    </Stack>
  );
}

/** The bell of the console, with how much is unread. */
export function Bell() {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure();
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(notifications);
  const read = useRead();
  const all = data?.pages.flatMap((page) => page.notifications) ?? [];
  const unread = data?.pages[0]?.unread ?? 0;
  const newest = all[0]?.id;
  // Its ticket may be open already, or gone.
  const open = ({ id, read_at: at }: DeskNotification) => {
    close();
    if (!at) read.mutate({ ids: [id] });
  };
  return (
    <Popover opened={opened} onChange={toggle} position="bottom-end" width={340} trapFocus withinPortal>
      <Popover.Target>
        <Tooltip label={t("bell.title")}>
          <Indicator label={unread > 99 ? "99+" : unread} size={18} disabled={unread === 0} color="red.9">
            <ActionIcon
              variant="default"
              size="lg"
              onClick={toggle}
              aria-label={unread > 0 ? t("bell.unread", { count: unread }) : t("bell.title")}
            >
              <IconBell size={18} />
            </ActionIcon>
          </Indicator>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("bell.title")}>
        {all.length === 0 ? (
          <Text size="sm" c="dimmed">
            {t("bell.none")}
          </Text>
        ) : (
          <Stack gap="sm">
            <ScrollArea.Autosize mah={360} viewportProps={{ tabIndex: 0 }}>
              <Stack gap="sm" component="ul" p={0} m={0}>
                {all.map((one) => (
                  <One key={one.id} one={one} open={() => open(one)} />
                ))}
              </Stack>
              {hasNextPage && (
                <Button
                  size="compact-sm"
                  variant="subtle"
                  mt="sm"
                  loading={isFetchingNextPage}
                  onClick={() => void fetchNextPage()}
                >
                  {t("bell.older")}
                </Button>
              )}
            </ScrollArea.Autosize>
            {unread > 0 && newest !== undefined && (
              <Button
                size="xs"
                variant="default"
                loading={read.isPending}
                onClick={() => read.mutate({ up_to: newest })}
              >
                {t("bell.read")}
              </Button>
            )}
          </Stack>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
