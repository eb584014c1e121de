// What a mail will look like, with made-up content.
import { Alert, Box, Card, Divider, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import {
  type DeskLanguageWord,
  type DeskMailName,
  type DeskMailTemplateChange,
  postMailTemplatesByNamePreview,
} from "../api";
import { answer, told } from "../frame/queries";
import { Loaded } from "../frame/State";
import { Rendered } from "../knowledge/Rendered";

/** HTML without styles: the page's policy allows none of them, and complains of each. */
const bare = (html: string): string =>
  html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s>]*)/gi, "");

/** Shows words as a mail while they are written. */
export function Preview(props: {
  name: DeskMailName;
  language: DeskLanguageWord;
  words: DeskMailTemplateChange;
}) {
  const { t } = useTranslation();
  const [form, setForm] = useState("html");
  const { name, language } = props;
  const [words] = useDebouncedValue(props.words, 400);
  const preview = useQuery({
    queryKey: ["mailPreview", name, language, words],
    queryFn: () =>
      answer(postMailTemplatesByNamePreview({ path: { name }, query: { language }, body: words })),
    placeholderData: keepPreviousData,
    gcTime: 0,
    staleTime: Infinity,
  });
  return (
    <Card withBorder component="section" aria-label={t("mail.preview")}>
      <Stack gap="sm">
        <Title order={2} size="h5">
          {t("mail.preview")}
        </Title>
        <SegmentedControl
          size="xs"
          aria-label={t("mail.form")}
          value={form}
          onChange={setForm}
          data={[
            { value: "html", label: t("mail.html") },
            { value: "text", label: t("mail.text") },
          ]}
        />
        {preview.error ? (
          <Alert color="orange" role="status">
            {told(preview.error)}
          </Alert>
        ) : (
          <Loaded query={preview}>
            {(mail) => (
              <Box style={{ overflowWrap: "anywhere" }}>
                <Text fw={600} size="sm">
                  {mail.subject}
                </Text>
                <Divider my="sm" />
                {form === "html" ? (
                  <Rendered html={bare(mail.html)} />
                ) : (
                  <Text size="sm" ff="monospace" className="as-written">
                    {mail.text}
                  </Text>
                )}
              </Box>
            )}
          </Loaded>
        )}
        <Text size="xs" c="dimmed">
          {t("mail.madeUp")}
        </Text>
      </Stack>
    </Card>
  );
}
