// What went wrong on a server, in plain words.
import { Alert, Card, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import type { FleetServerFault } from "../api";
import { ago, moment } from "../figures";

/** How many faults, in one line. */
export function FaultCount({ faults }: { faults: FleetServerFault[] }) {
  const { t } = useTranslation();
  if (faults.length === 0) return null;
  return (
    <Alert color="orange" variant="light" p="xs" icon={<IconAlertTriangle size={16} aria-hidden />}>
      {t("server.faultCount", { count: faults.length })}
    </Alert>
  );
}

/** Every fault: what it means, and below it what the server itself said. */
export function Faults({ faults }: { faults: FleetServerFault[] }) {
  const { t } = useTranslation();
  if (faults.length === 0) return null;
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="sm">
        {t("server.faults")}
      </Title>
      <Stack gap="xs">
        {faults.map((fault, index) => (
          <Alert
            key={`${fault.at} ${fault.code} ${index}`}
            color="orange"
            variant="light"
            icon={<IconAlertTriangle aria-hidden />}
            title={t(`server.fault.${fault.code}`, { defaultValue: fault.code.replaceAll("_", " ") })}
          >
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {fault.message}
            </Text>
            <Text size="xs" c="dimmed" component="time" dateTime={fault.at} title={moment(fault.at)}>
              {ago(fault.at)}
            </Text>
          </Alert>
        ))}
      </Stack>
    </Card>
  );
}
