// The one line that brings a server in, and the wait for its first report.
import { Alert, Code, Group, Loader, Stack, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { Copy } from "../frame/Copy";
import { statuses } from "./server";

/** Shows the line, and says when the server has reported. */
export function Enrolment({ id, name, command }: { id: string; name: string; command: string }) {
  const { t } = useTranslation();
  const status = useQuery(statuses).data?.find((one) => one.server_id === id);
  // A server that reports already is enrolled anew: nothing tells its next report from those before.
  const [already] = useState(status?.online ?? false);
  return (
    <Stack>
      <Text size="sm">{t("server.runThis", { name })}</Text>
      <Code
        block
        tabIndex={0}
        aria-label={t("server.line")}
        style={{ whiteSpace: "pre-wrap", wordBreak: "break-all" }}
      >
        {command}
      </Code>
      <Group justify="space-between">
        <Text size="xs" c="dimmed">
          {t("server.lineHint")}
        </Text>
        <Copy text={command} label={t("server.copyLine")} />
      </Group>
      {!already && (
        <div role="status">
          {status?.online ? (
            <Alert
              color="teal"
              variant="light"
              icon={<IconCircleCheck aria-hidden />}
              title={t("server.arrived", { name })}
            >
              {t("server.arrivedHint")}
            </Alert>
          ) : (
            <Group gap="sm" wrap="nowrap">
              <Loader size="sm" aria-hidden />
              <Text size="sm">{t("server.awaiting")}</Text>
            </Group>
          )}
        </div>
      )}
    </Stack>
  );
}
