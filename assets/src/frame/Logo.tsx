// The name, and the gate.
import { Group, Text } from "@mantine/core";

/** Gate and name. */
export function Logo() {
  return (
    <Group gap={8} wrap="nowrap">
      <img src="/icon.svg" alt="" width={26} height={26} />
      <Text fw={700} size="lg">
        Gatehouse
      </Text>
    </Group>
  );
}
