// Somebody's face: their initials, on a colour of their own.
import { Avatar, type AvatarProps } from "@mantine/core";
import type { HTMLAttributes, Ref } from "react";

import { initials } from "./initials";

type Native = Omit<HTMLAttributes<HTMLDivElement>, "style" | "color"> & { ref?: Ref<HTMLDivElement> };

/** The library's avatar, whose initials split no letter. */
export function Face({ name, ...rest }: Native & AvatarProps & { name: string }) {
  return (
    <Avatar name={name} color="initials" {...rest}>
      {initials(name)}
    </Avatar>
  );
}
