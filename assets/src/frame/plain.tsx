// The library's looks on plain elements, for lists: a component of the library takes as long to draw as a whole row without any.
import { Card, Checkbox, CheckIcon, Paper, Switch, Table } from "@mantine/core";
import type { InputHTMLAttributes, ReactNode } from "react";

import css from "./plain.module.css";

/** What makes a `tr` a row of the library's tables, beneath which the mouse is shown. */
export const ROW = { className: Table.classes["tr"], "data-with-row-border": true, "data-hover": true };

/** What makes a `td` a cell of the library's tables. */
export const CELL = { className: Table.classes["td"] };

/** What makes a `div` a card of the library's, with a border and little padding. */
export const CARD = {
  className: `${Paper.classes["root"]} ${Card.classes["root"]} ${css["card"]}`,
  "data-with-border": true,
  "data-orientation": "vertical",
};

/** What makes an `a` or a `button` a link in one line, cut where it ends; `mantine-focus-auto` shows where the keys are. */
export const LINK = `${css["link"]} mantine-focus-auto`;

/** The colours of badges. */
export type Colour = "blue" | "cyan" | "grape" | "gray" | "orange" | "red" | "teal";

/** A badge; quiet, or with a dot in its colour. */
export function PlainBadge({
  colour,
  dotted,
  icon,
  children,
}: {
  colour: Colour;
  dotted?: boolean;
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <span className={`${css["badge"]} ${css[colour]}${dotted ? ` ${css["dotted"]}` : ""}`}>
      {icon}
      {children}
    </span>
  );
}

/** A tag: a badge that is small and grey. */
export function PlainTag({ children }: { children: ReactNode }) {
  return <span className={`${css["badge"]} ${css["tag"]} ${css["gray"]}`}>{children}</span>;
}

const INPUT = `${Checkbox.classes["input"]} mantine-focus-auto`;

/** A box to tick, without a label in sight. */
export function PlainCheckbox({
  small,
  ...input
}: InputHTMLAttributes<HTMLInputElement> & { small?: boolean; "aria-label": string }) {
  return (
    <div className={`${css["checkbox"]}${small ? ` ${css["small"]}` : ""}`}>
      <input type="checkbox" className={INPUT} {...input} />
      {input.checked && <CheckIcon className={Checkbox.classes["icon"]} />}
    </div>
  );
}

const { input: SWITCH, track: TRACK, thumb: THUMB } = Switch.classes;

/** A switch, without a label in sight. */
export function PlainSwitch(input: InputHTMLAttributes<HTMLInputElement> & { "aria-label": string }) {
  return (
    <label className={css["switch"]}>
      <input type="checkbox" role="switch" className={SWITCH} {...input} />
      <span className={TRACK} aria-hidden data-without-labels>
        <span className={THUMB} data-with-thumb-indicator />
      </span>
    </label>
  );
}
