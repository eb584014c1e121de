// Colours of categories and tags.
import { ColorInput, ColorSwatch, Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

const SWATCHES = [
  "#868e96",
  "#fa5252",
  "#e64980",
  "#7950f2",
  "#228be6",
  "#15aabf",
  "#12b886",
  "#fab005",
  "#fd7e14",
];

/** A field for a colour. */
export function Colour(props: { value?: string; onChange?: (value: string) => void; error?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <ColorInput
      label={t("settings.colour")}
      swatches={SWATCHES}
      swatchesPerRow={9}
      eyeDropperButtonProps={{ "aria-label": t("settings.pickColour") }}
      {...props}
    />
  );
}

/** A name with its colour before it. */
export function Named({ name, colour, deep = 0 }: { name: string; colour: string | null; deep?: number }) {
  return (
    <Group gap="xs" wrap="nowrap" pl={deep * 24}>
      <ColorSwatch size={12} color={colour ?? "transparent"} aria-hidden />
      <Text size="sm">{name}</Text>
    </Group>
  );
}
