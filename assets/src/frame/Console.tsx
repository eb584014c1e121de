// The frame of the console: where staff work.
import {
  ActionIcon,
  AppShell,
  Burger,
  Group,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  Tooltip,
  UnstyledButton,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { spotlight } from "@mantine/spotlight";
import {
  IconBook2,
  IconBuilding,
  IconChartBar,
  IconDevices,
  IconHistory,
  IconHome,
  IconLogout,
  IconSearch,
  IconServer,
  IconSettings,
  IconTicket,
  IconUser,
  IconUsers,
} from "@tabler/icons-react";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { Bell } from "../live/Bell";
import { useLive } from "../live/follow";
import { isAdmin, useMe, useSignOut } from "../session/session";
import { Appearance } from "./Appearance";
import { Face } from "./Face";
import { Finder } from "./Finder";
import { Keys } from "./Keys";
import { Logo } from "./Logo";

const PLACES = [
  { to: "/console", word: "overview", icon: IconHome, exact: true },
  { to: "/console/tickets", word: "tickets", icon: IconTicket },
  { to: "/console/servers", word: "servers", icon: IconServer },
  { to: "/console/devices", word: "devices", icon: IconDevices, admin: true },
  { to: "/console/people", word: "people", icon: IconUsers, admin: true },
  { to: "/console/companies", word: "companies", icon: IconBuilding, admin: true },
  { to: "/console/knowledge", word: "knowledge", icon: IconBook2 },
  { to: "/console/reports", word: "reports", icon: IconChartBar, admin: true },
  { to: "/console/audit", word: "audit", icon: IconHistory, admin: true },
  { to: "/console/settings", word: "settings", icon: IconSettings },
] as const;

function Places({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  const path = useRouterState({ select: (state) => state.location.pathname });
  return PLACES.filter((place) => admin || !("admin" in place)).map((place) => (
    <NavLink
      key={place.to}
      component={Link}
      to={place.to}
      label={t(`place.${place.word}`)}
      leftSection={<place.icon size={18} stroke={1.7} aria-hidden />}
      activeOptions={{ exact: "exact" in place }}
      active={"exact" in place ? path === place.to : path.startsWith(place.to)}
      onClick={close}
      variant="light"
    />
  ));
}

/** Who is signed in, and the way out. */
export function Account() {
  const { t } = useTranslation();
  const user = useMe();
  const signOut = useSignOut();
  return (
    <Menu position="bottom-end" width={220} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton aria-label={t("account.menu")}>
          <Face name={user.name} size={34} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{user.email}</Menu.Label>
        <Menu.Item component={Link} to="/profile" leftSection={<IconUser size={16} aria-hidden />}>
          {t("account.profile")}
        </Menu.Item>
        <Menu.Item onClick={() => signOut.mutate()} leftSection={<IconLogout size={16} aria-hidden />}>
          {t("account.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The console: places at the side, the page beside them. */
export function Console() {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure();
  useLive();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 220, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a className="skip" href="#page">
        {t("skip")}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group wrap="nowrap" gap="sm">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t("menu")} />
            <Logo nameFrom="xs" />
          </Group>
          <Group wrap="nowrap" gap="xs">
            <Tooltip label={`${t("find.title")} (Ctrl K)`}>
              <ActionIcon variant="default" size="lg" onClick={spotlight.open} aria-label={t("find.title")}>
                <IconSearch size={18} />
              </ActionIcon>
            </Tooltip>
            <Bell />
            <Appearance />
            <Account />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        <AppShell.Section grow component={ScrollArea}>
          <Places close={close} />
        </AppShell.Section>
        <AppShell.Section>
          <Text size="xs" c="dimmed" p="xs">
            {t("keysHint")}
          </Text>
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="page" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
      <Finder />
      <Keys />
    </AppShell>
  );
}
