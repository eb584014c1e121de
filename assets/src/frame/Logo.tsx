// The name, and the gate.
import { Group, type MantineBreakpoint, Text } from "@mantine/core";

/** Gate and name; the latter only from a width on, where there is little room. */
export function Logo({ nameFrom }: { nameFrom?: MantineBreakpoint }) {
  return (
    <Group gap={8} wrap="nowrap">
      <img src="/icon.svg" alt="" width={26} height={26} />
      <Text fw={700} size="lg" {...(nameFrom && { visibleFrom: nameFrom })}>
        Gatehouse
      </Text>
    </Group>
  );
}
