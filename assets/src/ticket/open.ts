// Going to a ticket from a list: plain links that the router follows all the same.
import { useRouter } from "@tanstack/react-router";
import { type MouseEvent, type SyntheticEvent, useMemo } from "react";

import { readFilter } from "./filter";

const to = "/console/tickets/$id" as const;

type Link = HTMLAnchorElement;

/** What the link to a ticket does. A link of the router's own for each row takes longer to draw than the row. */
export function useOpen() {
  const router = useRouter();
  return useMemo(() => {
    const params = ({ currentTarget }: SyntheticEvent<Link>) => ({ id: currentTarget.dataset["id"] ?? "" });
    // What the page needs is on its way when somebody presses.
    const prepare = (event: SyntheticEvent<Link>) =>
      void router.preloadRoute({ to, params: params(event) }).catch(() => undefined);
    const follow = (event: MouseEvent<Link>) => {
      // A new tab or a download is the browser's.
      const isOwn = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
      if (isOwn) return;
      event.preventDefault();
      const list = readFilter(router.latestLocation.search);
      void router.navigate({ to, params: params(event), state: { list } });
    };
    return (id: number) => ({
      href: `/console/tickets/${id}`,
      "data-id": id,
      onClick: follow,
      onMouseEnter: prepare,
      onFocus: prepare,
      onTouchStart: prepare,
    });
  }, [router]);
}
