// What everything looks like: one colour, quiet greys, and contrasts that hold (WCAG 2.2, 1.4.3).
import { type CSSVariablesResolver, createTheme, Modal, Drawer } from "@mantine/core";
import i18next from "i18next";

/** The theme of every page. */
export const theme = createTheme({
  primaryColor: "cyan",
  primaryShade: { light: 9, dark: 8 },
  autoContrast: true,
  defaultRadius: "md",
  cursorType: "pointer",
  fontFamily:
    'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, Cantarell, "Helvetica Neue", sans-serif',
  headings: { fontWeight: "650" },
  components: {
    Modal: Modal.extend({
      defaultProps: { closeButtonProps: { "aria-label": i18next.t("close", { defaultValue: "Close" }) } },
    }),
    Drawer: Drawer.extend({
      defaultProps: { closeButtonProps: { "aria-label": i18next.t("close", { defaultValue: "Close" }) } },
    }),
  },
});

/** Colours of text that Mantine's own shades leave too pale. */
export const resolver: CSSVariablesResolver = (theme) => {
  const dark = Object.fromEntries(
    Object.keys(theme.colors).map((name) => [
      `--mantine-color-${name}-light-color`,
      `color-mix(in srgb, var(--mantine-color-${name}-9), black 25%)`,
    ]),
  );
  return {
    variables: {},
    light: {
      ...dark,
      "--mantine-color-dimmed": "var(--mantine-color-gray-7)",
      "--mantine-color-placeholder": "var(--mantine-color-gray-7)",
    },
    dark: {
      "--mantine-color-dimmed": "var(--mantine-color-dark-1)",
      "--mantine-color-placeholder": "var(--mantine-color-dark-1)",
    },
  };
};
