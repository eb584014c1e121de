// A number with what it counts.
import { Text } from "@mantine/core";

import { ALARM, CARE } from "../frame/theme";

/** One of them; while it is not zero, `alarm` is for what is wrong and `care` for what soon may be. */
export function Figure(props: { label: string; value: string; isZero: boolean; tone?: "alarm" | "care" }) {
  const { label, value, isZero, tone } = props;
  const colour = { alarm: ALARM, care: CARE };
  return (
    <>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text size="xl" fw={700} className="figure" c={tone && !isZero ? colour[tone] : undefined}>
        {value}
      </Text>
    </>
  );
}
