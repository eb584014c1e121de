// The frame of the portal: where customers see their devices and tickets.
import { AppShell, Container, Group, Tabs } from "@mantine/core";
import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { useLive } from "../live/follow";
import { Appearance } from "./Appearance";
import { Account } from "./Console";
import { Logo } from "./Logo";

const PLACES = ["devices", "tickets", "help", "status"] as const;

/** The portal: a few places at the top, the page below. */
export function Portal() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  useLive();
  const here = PLACES.find((place) => path.startsWith(`/portal/${place}`)) ?? null;
  return (
    <AppShell header={{ height: 104 }} padding="md">
      <a className="skip" href="#page">
        {t("skip")}
      </a>
      <AppShell.Header px="md">
        <Container h="100%" size="md" px={0}>
          <Group h={56} justify="space-between" wrap="nowrap">
            <Logo />
            <Group wrap="nowrap" gap="xs">
              <Appearance />
              <Account />
            </Group>
          </Group>
          <Tabs value={here} onChange={(place) => place && void navigate({ to: `/portal/${place}` })}>
            <Tabs.List className="places">
              {PLACES.map((place) => (
                <Tabs.Tab key={place} value={place}>
                  {t(`portal.${place}`)}
                </Tabs.Tab>
              ))}
            </Tabs.List>
          </Tabs>
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
