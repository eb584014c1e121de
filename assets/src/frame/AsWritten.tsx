// A plain text, each character as it was written, in which addresses of pages lead there.
import { Typography } from "@mantine/core";
import { Fragment, type ReactNode, useMemo } from "react";

const ADDRESS = /https?:\/\/[^\s<>"]+/gi;

/** What ends a sentence or a pair of brackets is no part of an address. */
function trimmed(address: string): string {
  const end = address.replace(/[.,;:!?'*_]+$/, "");
  const opened = end.split("(").length;
  return end.endsWith(")") && end.split(")").length > opened ? trimmed(end.slice(0, -1)) : end;
}

/** The pieces of a text: every other one is an address, the first one is none. */
export function pieces(text: string): string[] {
  const found: string[] = [];
  let last = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    found.push(text.slice(last, match.index), address);
    last = match.index + address.length;
  }
  return [...found, text.slice(last)];
}

function element(piece: string, place: number): ReactNode {
  if (place % 2 === 0) return piece;
  return (
    <a href={piece} target="_blank" rel="noopener noreferrer nofollow">
      {piece}
    </a>
  );
}

/** A text that somebody wrote in a mail. */
export function AsWritten({ text }: { text: string }) {
  const made = useMemo(() => pieces(text), [text]);
  return (
    <Typography className="message">
      <p className="as-written">
        {made.map((piece, place) => (
          <Fragment key={place}>{element(piece, place)}</Fragment>
        ))}
      </p>
    </Typography>
  );
}
