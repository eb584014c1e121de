// The frame of pages that need no session.
import { AppShell, Container, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { me } from "../session/session";
import { Appearance } from "./Appearance";
import { ButtonLink } from "./links";
import { Logo } from "./Logo";

/** The name at the top with the way in, the page below. */
export function Public() {
  const { t } = useTranslation();
  const user = useQuery(me).data;
  return (
    <AppShell header={{ height: 56 }} padding="md">
      <a className="skip" href="#page">
        {t("skip")}
      </a>
      <AppShell.Header px="md">
        <Container h="100%" size="md" px={0}>
          <Group h="100%" justify="space-between" wrap="nowrap">
            <Logo />
            <Group wrap="nowrap" gap="xs">
              <Group component="nav" aria-label={t("public.pages")} gap="xs" wrap="nowrap" visibleFrom="xs">
                <ButtonLink to="/help" variant="subtle">
                  {t("public.help")}
                </ButtonLink>
                <ButtonLink to="/status" variant="subtle">
                  {t("public.status")}
                </ButtonLink>
              </Group>
              <Appearance />
              {user ? (
                <ButtonLink to="/" variant="default">
                  {t("public.enter")}
                </ButtonLink>
              ) : (
                <ButtonLink to="/sign-in">{t("signIn.submit")}</ButtonLink>
              )}
            </Group>
          </Group>
        </Container>
      </AppShell.Header>
      <AppShell.Main id="page" tabIndex={-1}>
        <Container size="md" p={0}>
          <Outlet />
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}
