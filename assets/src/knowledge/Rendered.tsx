// What the server made of Markdown, as elements of ours: nothing of it is ever taken as HTML by the page.
import { Typography } from "@mantine/core";
import { createElement, type ReactNode, useMemo } from "react";

const TAGS = new Set(
  (
    "a blockquote br code del em h1 h2 h3 h4 h5 h6 hr li mark ol p pre strong " +
    "table tbody td th thead tr ul"
  ).split(" "),
);
const LINK = /^(https?:|mailto:|tel:|\/(?!\/)|#)/i;

function element(node: Node, key: number): ReactNode {
  if (node.nodeType === Node.TEXT_NODE) return node.textContent;
  if (!(node instanceof Element)) return null;
  const tag = node.localName;
  const children = [...node.childNodes].map(element);
  if (!TAGS.has(tag)) return children;
  const href = node.getAttribute("href");
  const link = tag === "a" && href && LINK.test(href) ? { href, rel: "noopener noreferrer nofollow" } : {};
  return createElement(tag, { key, ...link }, ...children);
}

const elements = (html: string) =>
  [...new DOMParser().parseFromString(html, "text/html").body.childNodes].map(element);

/** A whole text. */
export function Rendered({ html }: { html: string }) {
  return <Typography>{useMemo(() => elements(html), [html])}</Typography>;
}

/** A piece of one, with what was searched for marked. */
export function Snippet({ html }: { html: string }) {
  return useMemo(() => elements(html), [html]);
}
