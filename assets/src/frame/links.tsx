// The library's components as links of the router: an address that is no page does not compile.
import { Anchor, type AnchorProps, Button, type ButtonProps, Card, type CardProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, PropsWithChildren, Ref } from "react";

type Native = PropsWithChildren<Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "style" | "color" | "href">> & {
  ref?: Ref<HTMLAnchorElement>;
};

/** A link within text. */
export const TextLink = createLink(({ ref, ...rest }: Native & AnchorProps) => (
  <Anchor ref={ref} {...rest} />
));

/** A link that looks like a button. */
export const ButtonLink = createLink(({ ref, ...rest }: Native & ButtonProps) => (
  <Button component="a" ref={ref} {...rest} />
));

/** A card that leads somewhere as a whole. */
export const CardLink = createLink(({ ref, ...rest }: Native & CardProps) => (
  <Card component="a" ref={ref} {...rest} />
));
