// Asking before something is lost.
import { Text } from "@mantine/core";
import { modals } from "@mantine/modals";
import i18next from "i18next";

/** Does `act` once somebody has agreed to it. */
export function confirm(title: string, text: string, word: string, act: () => void): void {
  modals.openConfirmModal({
    title,
    children: <Text size="sm">{text}</Text>,
    labels: { confirm: word, cancel: i18next.t("act.cancel") },
    confirmProps: { color: "red" },
    onConfirm: act,
  });
}
