// What stands between a broken page and an empty one.
import { Button, Center, Stack, Text, Title } from "@mantine/core";
import { Component, type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";

/** Where it is kept when a page was loaded again by itself, and for how many milliseconds it then is not. */
const LOADED = "gatehouse-loaded";
const PATIENCE = 60_000;

let isOutdated = false;
// An update of the program takes away what an open page asks for later.
window.addEventListener("vite:preloadError", () => (isOutdated = true));

/** Loads the page again where it asked for what an update took away. */
function useNewest(): void {
  useEffect(() => {
    const last = Number(sessionStorage.getItem(LOADED) ?? 0);
    if (!isOutdated || Date.now() - last < PATIENCE) return;
    sessionStorage.setItem(LOADED, String(Date.now()));
    window.location.reload();
  }, []);
}

/** What stands in the place of a page that broke. */
export function Broken() {
  const { t } = useTranslation();
  useNewest();
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
