// What everything looks like: one colour, quiet greys, and contrasts that hold (WCAG 2.2, 1.4.3).
import { createTheme, type CSSVariablesResolver, DrawerHeader, ModalHeader } from "@mantine/core";
import i18next from "i18next";

// Asked each time: the language may have changed.
const close = () => ({ "aria-label": i18next.t("close") });

/** The theme of every page. */
export const theme = createTheme({
  primaryColor: "cyan",
  primaryShade: 9,
  autoContrast: true,
  defaultRadius: "md",
  cursorType: "pointer",
  fontFamily:
    'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, Cantarell, "Helvetica Neue", sans-serif',
  headings: { fontWeight: "650" },
  components: {
    // A box is a page of its own to readers; a second banner on the page behind it would be none.
    ModalHeader: ModalHeader.extend({ defaultProps: { role: "none" } }),
    DrawerHeader: DrawerHeader.extend({ defaultProps: { role: "none" } }),
    ModalCloseButton: { defaultProps: close },
    DrawerCloseButton: { defaultProps: close },
  },
});

/** Colours whose darkest shade is still a pale one. */
const PALE = ["yellow", "lime", "orange"];

/** What is late or wrong, as text. */
export const ALARM = "light-dark(var(--mantine-color-red-light-color), var(--mantine-color-red-4))";

/** What may soon be late or wrong, as text. */
export const CARE = "light-dark(var(--mantine-color-orange-9), var(--mantine-color-orange-4))";

/** Colours of text that Mantine's own shades leave too pale. */
export const resolver: CSSVariablesResolver = (theme) => {
  const dark = Object.fromEntries(
    Object.keys(theme.colors).map((name) => [
      `--mantine-color-${name}-light-color`,
      `color-mix(in srgb, var(--mantine-color-${name}-9), black ${PALE.includes(name) ? 45 : 25}%)`,
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
