// Importing and exporting: everything there is of a kind, as a table.
import { Button, Card, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Page } from "../frame/Page";
import { Import } from "./Import";
import { type Kind, KINDS, save, shown } from "./table";

function Export({ kind }: { kind: Kind }) {
  const { t } = useTranslation();
  const saving = useMutation({ mutationFn: () => save(kind) });
  return (
    <Card withBorder component="section" aria-label={t("table.export")}>
      <Stack align="flex-start">
        <div>
          <Title order={2} size="h4">
            {t("table.export")}
          </Title>
          <Text size="sm" c="dimmed">
            {t(`table.all.${kind}`)}
          </Text>
        </div>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          loading={saving.isPending}
          onClick={() => saving.mutate()}
        >
          {t("table.save")}
        </Button>
      </Stack>
    </Card>
  );
}

/** The page of tables. */
export function Tables() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { of: kind = "tickets" } = useSearch({ from: "/console/settings/admin/tables" });
  return (
    <Page title={t("settings.area.tables")} hint={t("table.hint")}>
      <SegmentedControl
        aria-label={t("table.of")}
        value={kind}
        onChange={(value) =>
          void navigate({ to: "/console/settings/tables", search: shown(value as Kind), replace: true })
        }
        data={KINDS.map((value) => ({ value, label: t(`table.kind.${value}`) }))}
        style={{ alignSelf: "flex-start" }}
      />
      {/* Another table begins with nothing chosen. */}
      <Import key={`import ${kind}`} kind={kind} />
      <Export key={`export ${kind}`} kind={kind} />
    </Page>
  );
}
