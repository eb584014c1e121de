// Deleting a ticket, what is left of it, and bringing it back.
import { Alert, Button, Grid, Group, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import type { DeskTicket } from "../api";
import { ago } from "../figures";
import { Page } from "../frame/Page";
import { isAdmin, useMe } from "../session/session";
import { PriorityBadge, StatusBadge } from "./Badges";
import { ask } from "./change";
import { Conversation } from "./Conversation";
import { Customer } from "./Customer";
import type { Filter } from "./filter";
import { Properties } from "./Properties";
import { refresh } from "./ticket";
import { Trail } from "./Trail";

/** Milliseconds in which a deletion can be taken back at hand. */
const AT_HAND = 60_000;

/** Restores a ticket; `done` is called even if nothing shows that ticket any more. */
const useRestore = (id: number, done?: () => void) =>
  useMutation({
    mutationFn: () => ask(id, { kind: "restore" }),
    onSuccess: async () => {
      await refresh(id);
      done?.();
    },
  });

function Undo({ ticket, done }: { ticket: DeskTicket; done: () => void }) {
  const { t } = useTranslation();
  const restore = useRestore(ticket.id, done);
  return (
    <Group justify="space-between">
      <Text size="sm">{t("ticket.deleteHint")}</Text>
      <Button size="xs" variant="default" loading={restore.isPending} onClick={() => restore.mutate()}>
        {t("ticket.restore")}
      </Button>
    </Group>
  );
}

/** Goes back to the list that one came from, deletes a ticket, and offers to restore it. */
export function useDelete(ticket: DeskTicket) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (list: Filter) => {
      // First: its page would ask again for much that is not there any more.
      await navigate({ to: "/console/tickets", search: list });
      return ask(ticket.id, { kind: "delete" });
    },
    onSuccess: async (_, list) => {
      await refresh(ticket.id);
      const id = notifications.show({
        autoClose: AT_HAND,
        color: "orange",
        title: t("ticket.deletedNow", { number: ticket.ticket_number }),
        message: (
          <Undo
            ticket={ticket}
            done={() => {
              notifications.hide(id);
              void navigate({
                to: "/console/tickets/$id",
                params: { id: String(ticket.id) },
                state: { list },
              });
            }}
          />
        ),
      });
    },
  });
}

/** The page of a ticket that was deleted: what was said, and the way to bring it back. */
export function Deleted({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const me = useMe();
  const restore = useRestore(ticket.id);
  return (
    <Page
      title={ticket.subject}
      hint={`${ticket.ticket_number} · ${ticket.project.name}`}
      actions={
        <>
          <PriorityBadge priority={ticket.priority} />
          <StatusBadge status={ticket.status} />
        </>
      }
    >
      <Alert
        color="orange"
        role="status"
        {...(ticket.deleted_at && { title: t("ticket.deleted", { ago: ago(ticket.deleted_at) }) })}
      >
        <Group>
          {t("ticket.deletedHint")}
          {isAdmin(me) && (
            <Button size="xs" onClick={() => restore.mutate()} loading={restore.isPending}>
              {t("ticket.restore")}
            </Button>
          )}
        </Group>
      </Alert>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7, lg: 8 }}>
          <Conversation ticket={ticket} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5, lg: 4 }} component="aside" aria-label={t("ticket.beside")}>
          <Stack>
            <Properties ticket={ticket} />
            <Customer ticket={ticket} />
            <Trail activities={ticket.activities} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Page>
  );
}
