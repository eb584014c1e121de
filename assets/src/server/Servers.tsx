// How the servers are.
import { Button, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import type { FleetServerStatus } from "../api";
import { CardLink } from "../frame/links";
import { Page } from "../frame/Page";
import { Empty, Loaded } from "../frame/State";
import { isAdmin, useMe } from "../session/session";
import { AddServer } from "./AddServer";
import { FaultCount } from "./Faults";
import { Figures, OnlineBadge, Seen } from "./Health";
import { statuses, useNames } from "./server";

function Server({ status, name }: { status: FleetServerStatus; name: string }) {
  return (
    <CardLink withBorder to="/console/servers/$id" params={{ id: status.server_id }} c="inherit">
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap">
          <Text fw={650} truncate>
            {name}
          </Text>
          <OnlineBadge status={status} />
        </Group>
        <Figures status={status} />
        <FaultCount faults={status.errors} />
        <Seen status={status} />
      </Stack>
    </CardLink>
  );
}

/** Every server. */
export function Servers() {
  const { t } = useTranslation();
  const name = useNames();
  const admin = isAdmin(useMe());
  const [adding, { open, close }] = useDisclosure();
  const all = useQuery(statuses);
  const add = admin && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open}>
      {t("server.add")}
    </Button>
  );
  const online = all.data?.filter((one) => one.online).length;
  return (
    <Page
      title={t("place.servers")}
      hint={all.data && t("server.count", { count: all.data.length, online })}
      actions={add}
    >
      <Loaded query={all}>
        {(found) =>
          found.length === 0 ? (
            <Empty title={t("server.none")}>{t("server.noneHint")}</Empty>
          ) : (
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
              {found.map((status) => (
                <Server key={status.server_id} status={status} name={name(status.server_id)} />
              ))}
            </SimpleGrid>
          )
        }
      </Loaded>
      <AddServer opened={adding} close={close} />
    </Page>
  );
}
