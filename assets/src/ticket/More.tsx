// What is done to a ticket now and then.
import { ActionIcon, Menu, Text } from "@mantine/core";
import { useClipboard, useDisclosure } from "@mantine/hooks";
import { modals } from "@mantine/modals";
import { notifications } from "@mantine/notifications";
import { IconArrowMerge, IconCopy, IconDots, IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { DeskTicket } from "../api";
import { isAdmin, useMe } from "../session/session";
import { useList } from "./back";
import { useDelete } from "./Deleted";
import { Merge } from "./Merge";

/** The menu beside the title. */
export function More({ ticket }: { ticket: DeskTicket }) {
  const { t } = useTranslation();
  const me = useMe();
  const list = useList();
  const deletion = useDelete(ticket);
  const clipboard = useClipboard();
  const [merging, { open, close }] = useDisclosure();
  const copy = () => {
    clipboard.copy(`${ticket.ticket_number} ${window.location.origin}/console/tickets/${ticket.id}`);
    notifications.show({ message: t("ticket.linkCopied") });
  };
  const remove = () =>
    modals.openConfirmModal({
      title: t("ticket.deleteTitle", { number: ticket.ticket_number }),
      children: <Text size="sm">{t("ticket.deleteHint")}</Text>,
      labels: { confirm: t("ticket.delete"), cancel: t("ticket.keep") },
      confirmProps: { color: "red" },
      onConfirm: () => deletion.mutate(list),
    });
  return (
    <>
      <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={t("ticket.more")}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCopy size={16} aria-hidden />} onClick={copy}>
            {t("ticket.copyLink")}
          </Menu.Item>
          <Menu.Item leftSection={<IconArrowMerge size={16} aria-hidden />} onClick={open}>
            {t("merge.menu")}
          </Menu.Item>
          {isAdmin(me) && (
            <Menu.Item
              color="red"
              c="var(--mantine-color-red-light-color)"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={remove}
            >
              {t("ticket.delete")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {merging && <Merge ticket={ticket} close={close} />}
    </>
  );
}
