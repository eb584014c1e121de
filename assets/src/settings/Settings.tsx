// The areas of the settings, and the one that is open beside them.
import { Grid, NavLink, Select, Stack, Title } from "@mantine/core";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { isAdmin, useMe } from "../session/session";

const AREAS = [
  { to: "/console/settings/projects", word: "projects", admin: true },
  { to: "/console/settings/categories", word: "categories", admin: true },
  { to: "/console/settings/fields", word: "fields", admin: true },
  { to: "/console/settings/tags", word: "tags" },
  { to: "/console/settings/canned", word: "canned" },
  { to: "/console/settings/sla", word: "sla", admin: true },
  { to: "/console/settings/rules", word: "rules", admin: true },
  { to: "/console/settings/groups", word: "groups", admin: true },
  { to: "/console/settings/keys", word: "keys", admin: true },
  { to: "/console/settings/clients", word: "clients", admin: true },
  { to: "/console/settings/webhooks", word: "webhooks", admin: true },
  { to: "/console/settings/mailboxes", word: "mailboxes", admin: true },
  { to: "/console/settings/templates", word: "templates", admin: true },
  { to: "/console/settings/mails", word: "mails", admin: true },
  { to: "/console/settings/tables", word: "tables", admin: true },
] as const;

/** The side list and the area. */
export function Settings() {
  const { t } = useTranslation();
  const admin = isAdmin(useMe());
  const path = useRouterState({ select: (state) => state.location.pathname });
  const navigate = useNavigate();
  const areas = AREAS.filter((area) => admin || !("admin" in area));
  const here = areas.find((area) => path.startsWith(area.to));
  return (
    <Grid>
      <Grid.Col span={{ base: 12, md: 3, lg: 2 }}>
        <Select
          hiddenFrom="md"
          label={t("place.settings")}
          data={areas.map((area) => ({ value: area.to, label: t(`settings.area.${area.word}`) }))}
          value={here?.to ?? null}
          onChange={(value) => {
            const area = areas.find((one) => one.to === value);
            if (area) void navigate({ to: area.to });
          }}
          allowDeselect={false}
        />
        <Stack gap={2} component="nav" aria-label={t("place.settings")} visibleFrom="md">
          <Title order={2} size="h5" mb="xs">
            {t("place.settings")}
          </Title>
          {areas.map((area) => (
            <NavLink
              key={area.to}
              component={Link}
              to={area.to}
              label={t(`settings.area.${area.word}`)}
              active={area === here}
              variant="light"
              py={6}
            />
          ))}
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 9, lg: 10 }}>
        <Outlet />
      </Grid.Col>
    </Grid>
  );
}
