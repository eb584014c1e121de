// What stands between a broken page and an empty one.
import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** What stands in the place of a page that broke. */
export function Broken() {
  const { t } = useTranslation();
  return (
    <Center mih="100vh" p="md">
      <Stack align="center" maw={480} ta="center">
        <Title order={1} size="h2">
          {t("problem.broken")}
        </Title>
        <Text c="dimmed">{t("problem.brokenHint")}</Text>
        <Button onClick={() => window.location.reload()}>{t("problem.reload")}</Button>
      </Stack>
    </Center>
  );
}

/** Shows a word and a way on when a page breaks. */
export class Guard extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}
