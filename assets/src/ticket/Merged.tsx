// The tickets that were merged into this one, and taking them apart again.
import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowsSplit2 } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { type DeskMergedTicket, type DeskTicket, postTicketsByIdUnmerge } from "../api";
import { answer, queries } from "../frame/queries";

/** Asks again for every ticket: a merge changes two. */
export const refreshAll = () =>
  Promise.all(["tickets", "ticket"].map((key) => queries.invalidateQueries({ queryKey: [key] })));

/** Undoes the merge of the ticket with this UUID; `done` is called even if nothing shows that ticket any more. */
export const useUnmerge = (uuid: string, done: () => void) =>
  useMutation({
    mutationFn: () => answer(postTicketsByIdUnmerge({ path: { id: uuid } })),
    onSuccess: async () => {
      await refreshAll();
      done();
    },
  });

function One({ merged }: { merged: DeskMergedTicket }) {
  const { t } = useTranslation();
  const number = merged.ticket_number;
  const tell = () => notifications.show({ color: "teal", message: t("merge.apart", { number }) });
  const undo = useUnmerge(merged.uuid, tell);
  return (
    <Group component="li" justify="space-between" wrap="nowrap" gap="xs">
      <div style={{ minWidth: 0 }}>
        <Text size="xs" c="dimmed">
          {number}
        </Text>
        <Text size="sm" lineClamp={2} title={merged.subject} style={{ overflowWrap: "anywhere" }}>
          {merged.subject}
        </Text>
      </div>
      <Button
        size="compact-sm"
        variant="default"
        style={{ flexShrink: 0 }}
        leftSection={<IconArrowsSplit2 size={14} aria-hidden />}
        aria-label={t("merge.splitOne", { number })}
        loading={undo.isPending}
        onClick={() => undo.mutate()}
      >
        {t("merge.split")}
      </Button>
    </Group>
  );
}

/** The card with them, where there are any. */
export function Merged({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  if (ticket.merged.length === 0) return null;
  return (
    <Card withBorder component="section" aria-label={t("merge.here")}>
      <Title order={2} size="h5" mb="sm">
        {t("merge.here")}
      </Title>
      <Stack gap="xs" component="ul" p={0} m={0}>
        {ticket.merged.map((merged) => (
          <One key={merged.uuid} merged={merged} />
        ))}
      </Stack>
    </Card>
  );
}
