// How a device is, the same wherever one is shown.
import { Progress, Stack, Text } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import { bytes } from "../figures";
import { type Colour, PlainBadge } from "../frame/plain";
import { type Lately, standing, type Standing, traffic } from "./order";

const COLOURS: Record<Standing, Colour> = {
  connected: "teal",
  disabled: "gray",
  exhausted: "red",
  expired: "red",
  idle: "blue",
  new: "grape",
};

/** Whether a device is connected, and if it cannot, why; with the words at hand, as long lists have them. */
export function standingBadge(peer: Lately, t: TFunction) {
  const now = standing(peer, Date.now());
  return <PlainBadge colour={COLOURS[now]}>{t(`device.standing.${now}`)}</PlainBadge>;
}

/** Whether a device is connected, and if it cannot, why. */
export function StandingBadge({ peer }: { peer: Lately }) {
  return standingBadge(peer, useTranslation().t);
}

/** What a device has used; beside a quota how much of it. */
export function Used({ peer }: { peer: Lately }) {
  const { t } = useTranslation();
  const used = traffic(peer);
  if (peer.quotaBytes === null) return <span className="figure">{bytes(used)}</span>;
  const share = Math.min(100, (Number(used) / Number(peer.quotaBytes)) * 100);
  return (
    <Stack gap={4}>
      <Text size="sm" className="figure">
        {t("device.usedOf", { used: bytes(used), quota: bytes(peer.quotaBytes) })}
      </Text>
      <Progress
        value={share}
        color={share >= 100 ? "red" : share >= 80 ? "orange" : "cyan"}
        aria-label={t("device.quotaUsed")}
      />
    </Stack>
  );
}
