// How a server is at this moment, the same wherever one is shown.
import { Badge, SimpleGrid, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { FleetServerStatus } from "../api";
import { ago, bytes, exact, milliseconds, moment } from "../figures";
import { useTick } from "../frame/tick";

const UNKNOWN = "–";

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
      <Text size="sm" fw={600} className="figure">
        {value}
      </Text>
    </div>
  );
}

/** When a server was heard of. */
type Heard = Pick<FleetServerStatus, "online" | "reported_at">;

/** Whether a server answers. */
export function OnlineBadge({ status }: { status: Heard }) {
  const { t } = useTranslation();
  if (status.reported_at === null) {
    return (
      <Badge color="gray" variant="light">
        {t("server.waiting")}
      </Badge>
    );
  }
  return (
    <Badge color={status.online ? "teal" : "red"} variant="light">
      {t(status.online ? "server.online" : "server.offline")}
    </Badge>
  );
}

/** What a server measured last. */
export function Figures({ status, wide }: { status: FleetServerStatus; wide?: boolean }) {
  const { t } = useTranslation();
  // What was so at the last report is not so now.
  const { ping_ms, peers } = status.online ? status : { ping_ms: null, peers: null };
  return (
    <SimpleGrid cols={wide ? { base: 2, sm: 4 } : 2} spacing="xs">
      <Figure label={t("server.latency")} value={ping_ms === null ? UNKNOWN : milliseconds(ping_ms)} />
      <Figure label={t("server.peers")} value={peers === null ? UNKNOWN : exact(peers)} />
      <Figure
        label={t("server.received")}
        value={status.transfer_rx === null ? UNKNOWN : bytes(status.transfer_rx)}
      />
      <Figure
        label={t("server.sent")}
        value={status.transfer_tx === null ? UNKNOWN : bytes(status.transfer_tx)}
      />
    </SimpleGrid>
  );
}

/** When a server was last heard of. */
export function Seen({ status }: { status: Heard }) {
  const { t } = useTranslation();
  useTick();
  return (
    <Text
      size="xs"
      c="dimmed"
      component="div"
      title={status.reported_at ? moment(status.reported_at) : undefined}
    >
      {status.reported_at ? t("server.seen", { ago: ago(status.reported_at) }) : t("server.never")}
    </Text>
  );
}
