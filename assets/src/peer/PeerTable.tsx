// A table of devices that stays smooth however long it is: only the rows in sight are there.
import { Anchor, Group, ScrollArea, Switch, Table, Text, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowsSort, IconArrowUp } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useRef } from "react";
import { useTranslation } from "react-i18next";

import type { FleetPeer } from "../api";
import { ago, bytes, moment } from "../figures";
import { useTick } from "../frame/tick";
import { StandingBadge } from "./Badges";
import { type Column, type Order, traffic } from "./order";

const HEIGHT = 56;

/** What a row can do. */
export interface Deeds {
  show: (peer: string) => void;
  toggle: (peer: string, enabled: boolean) => void;
}

interface RowProps {
  peer: FleetPeer;
  index: number;
  deeds: Deeds;
  /** Another one when it is time to draw it anew. */
  tick: number;
}

const Row = memo(function Row({ peer, index, deeds }: RowProps) {
  const { t } = useTranslation();
  const handshake = peer.latestHandshakeAt;
  return (
    <Table.Tr h={HEIGHT} aria-rowindex={index + 2}>
      <Table.Td>
        <Anchor
          component="button"
          type="button"
          size="sm"
          fw={550}
          truncate
          maw="100%"
          onClick={() => deeds.show(peer.id)}
        >
          {peer.name}
        </Anchor>
        <Text size="xs" c="dimmed" truncate className="figure">
          {peer.address}
        </Text>
      </Table.Td>
      <Table.Td>
        <StandingBadge peer={peer} />
      </Table.Td>
      <Table.Td visibleFrom="sm">
        {handshake ? (
          <Text size="sm" component="time" dateTime={handshake} title={moment(handshake)}>
            {ago(handshake)}
          </Text>
        ) : (
          t("device.never")
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm" ta="right" className="figure">
        {bytes(traffic(peer))}
      </Table.Td>
      <Table.Td>
        <Switch
          checked={peer.enabled}
          onChange={(event) => deeds.toggle(peer.id, event.currentTarget.checked)}
          aria-label={t("device.allow", { name: peer.name })}
        />
      </Table.Td>
    </Table.Tr>
  );
});

function Head(props: { column: Column; order: Order; sort: (order: Order) => void; right?: boolean }) {
  const { t } = useTranslation();
  const { column, order, sort } = props;
  const here = order.by === column;
  const Icon = !here ? IconArrowsSort : order.rising ? IconArrowUp : IconArrowDown;
  return (
    <Table.Th
      aria-sort={!here ? "none" : order.rising ? "ascending" : "descending"}
      visibleFrom={column === "name" ? undefined : "sm"}
    >
      <UnstyledButton
        w="100%"
        fw={650}
        fz="sm"
        // Names begin with A; times and traffic with the most.
        onClick={() => sort({ by: column, rising: here ? !order.rising : column === "name" })}
      >
        <Group gap={4} wrap="nowrap" justify={props.right ? "flex-end" : "flex-start"}>
          {t(`device.${column}`)}
          <Icon size={14} aria-hidden />
        </Group>
      </UnstyledButton>
    </Table.Th>
  );
}

/** The table; it scrolls within itself. */
export function PeerTable(props: {
  peers: FleetPeer[];
  order: Order;
  sort: (order: Order) => void;
  deeds: Deeds;
}) {
  const { t } = useTranslation();
  const { peers, order, deeds } = props;
  const tick = useTick();
  const view = useRef<HTMLDivElement>(null);
  const sort = (to: Order) => {
    view.current?.scrollTo({ top: 0 });
    props.sort(to);
  };
  const rows = useVirtualizer({
    count: peers.length,
    getScrollElement: () => view.current,
    estimateSize: () => HEIGHT,
    getItemKey: (index) => peers[index]?.id ?? index,
    overscan: 8,
    // Rows may come a moment after the view has moved: waiting for them makes it jerk.
    useFlushSync: false,
  });
  const inSight = rows.getVirtualItems();
  const above = inSight[0]?.start ?? 0;
  const below = rows.getTotalSize() - (inSight.at(-1)?.end ?? 0);
  return (
    <ScrollArea.Autosize mah="max(24rem, calc(100dvh - 17rem))" viewportRef={view} type="auto">
      <Table layout="fixed" stickyHeader aria-rowcount={peers.length + 1} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Head column="name" order={order} sort={sort} />
            <Table.Th w={150}>{t("device.standing.title")}</Table.Th>
            <Head column="handshake" order={order} sort={sort} />
            <Head column="traffic" order={order} sort={sort} right />
            <Table.Th w={90}>{t("device.allowed")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {above > 0 && <Table.Tr h={above} aria-hidden />}
          {inSight.map((item) => {
            const peer = peers[item.index];
            return peer && <Row key={item.key} peer={peer} index={item.index} deeds={deeds} tick={tick} />;
          })}
          {below > 0 && <Table.Tr h={below} aria-hidden />}
        </Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
