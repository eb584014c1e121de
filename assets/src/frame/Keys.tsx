// ? shows the keys.
import { Group, Kbd, Modal, Stack, Text, Title } from "@mantine/core";
import { useDisclosure, useHotkeys } from "@mantine/hooks";
import { useTranslation } from "react-i18next";

const KEYS = {
  anywhere: { find: ["Ctrl", "K"], keys: ["?"] },
  list: { next: ["j"], previous: ["k"], open: ["Enter"], select: ["x"], assign: ["a"], add: ["c"] },
  ticket: {
    reply: ["r"],
    note: ["n"],
    assign: ["a"],
    status: ["s"],
    priority: ["p"],
    send: ["Ctrl", "Enter"],
    leave: ["Esc"],
    back: ["u"],
  },
};

/** The keys of the console, told when somebody asks. */
export function Keys() {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure();
  useHotkeys([["shift+?", toggle]]);
  return (
    <Modal opened={opened} onClose={close} title={t("keys.title")}>
      <Stack>
        {Object.entries(KEYS).map(([place, keys]) => (
          <section key={place}>
            <Title order={3} size="h6" mb={4}>
              {t(`keys.${place}.title`)}
            </Title>
            {Object.entries(keys).map(([what, pressed]) => (
              <Group key={what} justify="space-between" py={2} wrap="nowrap">
                <Text size="sm">{t(`keys.${place}.${what}`)}</Text>
                <Group gap={4} wrap="nowrap">
                  {pressed.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </Group>
              </Group>
            ))}
          </section>
        ))}
      </Stack>
    </Modal>
  );
}
