// The button that sends, and beside it what can be done at once with an answer.
import { ActionIcon, Button, Group, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { Status } from "./filter";

/** Where a ticket goes along with an answer. */
const THEN: Status[] = ["pending_customer", "in_progress", "resolved"];

/** Sends, for staff with another status if they like. */
export function Send(props: {
  word: string;
  send: (then?: Status) => void;
  pending: boolean;
  disabled: boolean;
  withStatus: boolean;
}) {
  const { t } = useTranslation();
  const { send, pending, disabled } = props;
  return (
    <Group gap={1} wrap="nowrap">
      <Button
        onClick={() => send()}
        loading={pending}
        disabled={disabled}
        {...(props.withStatus && { style: { borderStartEndRadius: 0, borderEndEndRadius: 0 } })}
      >
        {props.word}
      </Button>
      {props.withStatus && (
        <Menu position="top-end" withInitialFocusPlaceholder={false}>
          <Menu.Target>
            <ActionIcon
              size={36}
              variant="filled"
              disabled={disabled || pending}
              aria-label={t("compose.andThen")}
              style={{ borderStartStartRadius: 0, borderEndStartRadius: 0 }}
            >
              <IconChevronDown size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {THEN.map((status) => (
              <Menu.Item key={status} onClick={() => send(status)}>
                {t("compose.sendAnd", { status: t(`ticket.status.${status}`) })}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
}
