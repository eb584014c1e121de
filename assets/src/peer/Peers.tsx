// The devices of one server: found, sorted, added and changed.
import { Button, Card, Group, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { exact } from "../figures";
import { Empty, Loaded } from "../frame/State";
import { AddPeer } from "./AddPeer";
import { arranged, type Order } from "./order";
import { Peer } from "./Peer";
import { peers, useSwitch } from "./peer";
import { type Deeds, PeerTable } from "./PeerTable";

/** The list and everything that belongs to it. */
export function Peers({ server }: { server: string }) {
  const { t } = useTranslation();
  const query = useQuery(peers(server));
  const [text, setText] = useState("");
  const search = useDeferredValue(text);
  const [order, setOrder] = useState<Order>({ by: "name", rising: true });
  const [adding, { open, close }] = useDisclosure();
  const [shown, setShown] = useState<string>();
  const { mutate } = useSwitch(server);
  const rows = useMemo(() => arranged(query.data ?? [], search, order), [query.data, search, order]);
  const deeds = useMemo<Deeds>(
    () => ({ show: setShown, toggle: (peer, enabled) => mutate({ peer, enabled }) }),
    [mutate],
  );
  return (
    <Stack>
      <Group justify="space-between">
        <Group role="search">
          <TextInput
            aria-label={t("device.search")}
            placeholder={t("device.search")}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            w={280}
            maw="100%"
          />
          {query.data && (
            <Text size="sm" c="dimmed" role="status" className="figure">
              {rows.length === query.data.length
                ? t("device.count", { count: rows.length, number: exact(rows.length) })
                : t("device.found", { found: exact(rows.length), all: exact(query.data.length) })}
            </Text>
          )}
        </Group>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
          {t("device.add")}
        </Button>
      </Group>
      <Card withBorder padding={0}>
        <Loaded query={query}>
          {(all) =>
            rows.length === 0 ? (
              <Empty title={t(all.length === 0 ? "device.none" : "device.noneFound")}>
                {t(all.length === 0 ? "device.noneHint" : "device.noneFoundHint")}
              </Empty>
            ) : (
              <PeerTable peers={rows} order={order} sort={setOrder} deeds={deeds} />
            )
          }
        </Loaded>
      </Card>
      <AddPeer server={server} opened={adding} close={close} />
      <Peer
        server={server}
        peer={query.data?.find((peer) => peer.id === shown)}
        close={() => setShown(undefined)}
      />
    </Stack>
  );
}
