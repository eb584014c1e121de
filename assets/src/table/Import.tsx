// Taking a table in: the file is tried first, and what would come of it is shown before anything changes.
import { Alert, Anchor, Button, Card, FileInput, Group, Progress, Stack, Text, Title } from "@mantine/core";
import { IconFileTypeCsv } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { queries, told } from "../frame/queries";
import { Report } from "./Report";
import { type Kind, take } from "./table";

function useTake(kind: Kind) {
  const [share, setShare] = useState(0);
  const taking = useMutation({
    mutationFn: ({ file, dry }: { file: File; dry: boolean }) => {
      setShare(0);
      return take(kind, file, dry, setShare);
    },
    // Categories and tags are made along the way: what was taken in may be shown anywhere.
    onSettled: (_report, _error, { dry }) => (dry ? undefined : queries.invalidateQueries()),
    meta: { quiet: true },
  });
  return { taking, share };
}

/** The card that takes a table in. */
export function Import({ kind }: { kind: Kind }) {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const { taking, share } = useTake(kind);
  const { data: report, error, isPending, variables } = taking;
  const isForeseen = report !== undefined && variables?.dry === true;
  const isWorth = isForeseen && report.created + report.updated > 0;
  const choose = (chosen: File | null) => {
    taking.reset();
    setFile(chosen);
  };
  return (
    <Card withBorder component="section" aria-label={t("table.import")}>
      <Stack>
        <div>
          <Title order={2} size="h4">
            {t("table.import")}
          </Title>
          <Text size="sm" c="dimmed">
            {t(`table.about.${kind}`)}
          </Text>
        </div>
        <Anchor href={`/api/${kind}/import/template`} download={`${kind}.csv`} size="sm">
          {t("table.template")}
        </Anchor>
        <FileInput
          label={t("table.file")}
          description={t("table.fileHint")}
          placeholder={t("table.choose")}
          accept=".csv,text/csv"
          leftSection={<IconFileTypeCsv size={18} aria-hidden />}
          value={file}
          onChange={choose}
          disabled={isPending}
          clearable
          clearButtonProps={{ "aria-label": t("table.clear") }}
          maw={480}
        />
        <Group>
          <Button
            variant={isWorth ? "default" : "filled"}
            disabled={!file || isPending}
            loading={isPending && variables?.dry}
            onClick={() => file && taking.mutate({ file, dry: true })}
          >
            {t("table.try")}
          </Button>
          {isWorth && (
            <Button onClick={() => file && taking.mutate({ file, dry: false })}>{t("table.take")}</Button>
          )}
        </Group>
        {isPending && (
          <div>
            <Text size="sm" role="status">
              {t(share < 1 ? "table.sending" : "table.reading")}
            </Text>
            <Progress value={share * 100} aria-label={t("table.sending")} animated />
          </div>
        )}
        {error && (
          <Alert color="red" title={t("problem.title")} role="alert">
            {told(error)}
          </Alert>
        )}
        {report && <Report report={report} dry={variables?.dry === true} />}
      </Stack>
    </Card>
  );
}
