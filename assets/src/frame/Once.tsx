// What is shown once and never again: secrets and links to hand over.
import {
  ActionIcon,
  Alert,
  Button,
  CopyButton,
  Group,
  Modal,
  Stack,
  TextInput,
  Tooltip,
} from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

/** One of them. */
export interface Shown {
  label: string;
  value: string;
}

function Value({ label, value }: Shown) {
  const { t } = useTranslation();
  return (
    <TextInput
      label={label}
      value={value}
      readOnly
      onFocus={(event) => event.currentTarget.select()}
      rightSection={
        <CopyButton value={value} timeout={2000}>
          {({ copied, copy }) => (
            <Tooltip label={t(copied ? "act.copied" : "act.copy")}>
              <ActionIcon
                variant="subtle"
                color={copied ? "teal" : "gray"}
                onClick={copy}
                aria-label={`${t(copied ? "act.copied" : "act.copy")}: ${label}`}
              >
                {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      }
    />
  );
}

/** The window that shows them. */
export function Once(props: { title: string; hint: string; values: Shown[]; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={props.close} title={props.title} closeOnClickOutside={false}>
      <Stack gap="sm">
        <Alert color="yellow">{props.hint}</Alert>
        {props.values.map((shown) => (
          <Value key={shown.label} {...shown} />
        ))}
        <Group justify="flex-end">
          <Button onClick={props.close}>{t("act.done")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
