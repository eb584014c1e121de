// Light or dark, and which language.
import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import { IconCheck, IconDeviceDesktop, IconMoon, IconPalette, IconSun } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

import { type Language, LANGUAGES, speak } from "../language";

const SCHEMES = [
  { value: "light", icon: IconSun },
  { value: "dark", icon: IconMoon },
  { value: "auto", icon: IconDeviceDesktop },
] as const;

/** Chooses how pages look and speak. */
export function Appearance() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const check = <IconCheck size={14} aria-hidden />;
  return (
    <Menu position="bottom-end" width={200} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={t("appearance.title")}>
          <IconPalette size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("appearance.title")}</Menu.Label>
        {SCHEMES.map((scheme) => (
          <Menu.Item
            key={scheme.value}
            leftSection={<scheme.icon size={16} aria-hidden />}
            rightSection={colorScheme === scheme.value && check}
            onClick={() => setColorScheme(scheme.value)}
          >
            {t(`appearance.${scheme.value}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t("appearance.language")}</Menu.Label>
        {Object.entries(LANGUAGES).map(([tag, name]) => (
          <Menu.Item
            key={tag}
            lang={tag}
            rightSection={i18n.language === tag && check}
            onClick={() => void speak(tag as Language)}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
