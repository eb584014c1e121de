// A table of devices that stays smooth however long it is: only the rows in sight are there.
import { Group, ScrollArea, Table, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowsSort, IconArrowUp } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import type { TFunction } from "i18next";
import { memo, useCallback, useState } from "react";
import { useTranslation } from "react-i18next";

import type { FleetPeer } from "../api";
import { ago, bytes, moment } from "../figures";
import { CELL, LINK, PlainSwitch, ROW } from "../frame/plain";
import { useTick } from "../frame/tick";
import { standingBadge } from "./Badges";
import { type Column, type Order, traffic } from "./order";
import css from "./PeerTable.module.css";

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
  t: TFunction;
  /** Another one when it is time to draw it anew. */
  tick: number;
}

const TALL = { height: HEIGHT };
const WIDE = `${CELL.className} mantine-visible-from-sm`;

const Row = memo(function Row({ peer, index, deeds, t }: RowProps) {
  const handshake = peer.latestHandshakeAt;
  return (
    <tr {...ROW} style={TALL} aria-rowindex={index + 2}>
      <td {...CELL}>
        <button type="button" className={`${LINK} ${css["name"]}`} onClick={() => deeds.show(peer.id)}>
          {peer.name}
        </button>
        <div className={`quiet figure ${css["address"]}`}>{peer.address}</div>
      </td>
      <td {...CELL}>{standingBadge(peer, t)}</td>
      <td className={WIDE}>
        {handshake ? (
          <time dateTime={handshake} title={moment(handshake)}>
            {ago(handshake)}
          </time>
        ) : (
          t("device.never")
        )}
      </td>
      <td className={`${WIDE} figure ${css["traffic"]}`}>{bytes(traffic(peer))}</td>
      <td {...CELL}>
        <PlainSwitch
          checked={peer.enabled}
          onChange={(event) => deeds.toggle(peer.id, event.currentTarget.checked)}
          aria-label={t("device.allow", { name: peer.name })}
        />
      </td>
    </tr>
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

const Heads = memo(function Heads(props: { order: Order; sort: (order: Order) => void }) {
  const { t } = useTranslation();
  return (
    <Table.Thead>
      <Table.Tr>
        <Head column="name" {...props} />
        <Table.Th w={150}>{t("device.standing.title")}</Table.Th>
        <Head column="handshake" {...props} />
        <Head column="traffic" {...props} right />
        <Table.Th w={90}>{t("device.allowed")}</Table.Th>
      </Table.Tr>
    </Table.Thead>
  );
});

interface Listed {
  peers: FleetPeer[];
  deeds: Deeds;
}

/** The rows in sight: only they are drawn anew while one scrolls. */
function InSight({ peers, deeds, view }: Listed & { view: HTMLDivElement }) {
  const { t } = useTranslation();
  const tick = useTick();
  const rows = useVirtualizer({
    count: peers.length,
    getScrollElement: () => view,
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
    <>
      {above > 0 && <tr style={{ height: above }} aria-hidden />}
      {inSight.map((item) => {
        const peer = peers[item.index];
        return peer && <Row key={item.key} peer={peer} index={item.index} deeds={deeds} t={t} tick={tick} />;
      })}
      {below > 0 && <tr style={{ height: below }} aria-hidden />}
    </>
  );
}

/** The table; it scrolls within itself. */
export function PeerTable(props: Listed & { order: Order; sort: (order: Order) => void }) {
  const { peers, deeds, order, sort } = props;
  const [view, setView] = useState<HTMLDivElement | null>(null);
  const anew = useCallback(
    (to: Order) => {
      view?.scrollTo({ top: 0 });
      sort(to);
    },
    [view, sort],
  );
  return (
    <ScrollArea.Autosize mah="max(24rem, calc(100dvh - 17rem))" viewportRef={setView} type="auto">
      <Table layout="fixed" stickyHeader aria-rowcount={peers.length + 1} highlightOnHover>
        <Heads order={order} sort={anew} />
        <Table.Tbody>{view && <InSight peers={peers} deeds={deeds} view={view} />}</Table.Tbody>
      </Table>
    </ScrollArea.Autosize>
  );
}
