// What people write in Markdown, as elements of ours: HTML in it is text, and nothing is fetched from elsewhere.
import { Typography } from "@mantine/core";
import { lexer, type Token, type Tokens } from "marked";
import { createElement, Fragment, type ReactNode, useMemo } from "react";

/** Longer texts, and deeper ones, are shown as they were written: reading them would take their readers' time. */
const LONGEST = 30_000;
const DEEPEST = 24;
const TOO_DEEP = new RegExp(`^[\\s>*+\\-\\d.)]{${4 * DEEPEST},}\\S`, "m");

const SCHEMES = ["http:", "https:", "mailto:", "tel:"];

const PLAIN = ["em", "strong", "del", "blockquote"] as const;

function address(href: string): string | undefined {
  try {
    const { protocol } = new URL(href);
    return SCHEMES.includes(protocol) ? href : undefined;
  } catch {
    return undefined;
  }
}

const all = (tokens: Token[] | undefined, depth: number): ReactNode =>
  (tokens ?? []).map((token, key) => <Fragment key={key}>{element(token, depth + 1)}</Fragment>);

function link({ href, raw, tokens }: Tokens.Link, depth: number): ReactNode {
  const to = address(href);
  if (!to) return raw;
  return (
    <a href={to} target="_blank" rel="noopener noreferrer nofollow">
      {all(tokens, depth)}
    </a>
  );
}

function table({ header, rows }: Tokens.Table, depth: number): ReactNode {
  const row = (cells: Tokens.TableCell[], tag: "th" | "td") => (
    <tr>{cells.map((cell, key) => createElement(tag, { key }, all(cell.tokens, depth)))}</tr>
  );
  return (
    <table>
      <thead>{row(header, "th")}</thead>
      <tbody>
        {rows.map((cells, key) => (
          <Fragment key={key}>{row(cells, "td")}</Fragment>
        ))}
      </tbody>
    </table>
  );
}

function list({ ordered, start, items }: Tokens.List, depth: number): ReactNode {
  const entries = items.map((item, key) => <li key={key}>{all(item.tokens, depth)}</li>);
  return ordered ? <ol start={Number(start) || 1}>{entries}</ol> : <ul>{entries}</ul>;
}

function element(token: Token, depth: number): ReactNode {
  if (depth > DEEPEST) return token.raw;
  const plain = PLAIN.find((tag) => tag === token.type);
  if (plain) return createElement(plain, {}, all((token as Tokens.Em).tokens, depth));
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "paragraph":
      return <p>{all(token.tokens, depth)}</p>;
    case "heading":
      // The page has headings of its own: what somebody shouts is no part of it.
      return (
        <p>
          <strong>{all(token.tokens, depth)}</strong>
        </p>
      );
    case "text":
      return token.tokens ? all(token.tokens, depth) : (token as Tokens.Text).text;
    case "escape":
      return (token as Tokens.Escape).text;
    case "code":
      // Whoever indents a line in a mail means no program by it.
      return (token as Tokens.Code).codeBlockStyle === "indented" ? (
        <p className="as-written">{(token as Tokens.Code).text}</p>
      ) : (
        <pre tabIndex={0}>
          <code>{(token as Tokens.Code).text}</code>
        </pre>
      );
    case "codespan":
      return <code>{(token as Tokens.Codespan).text}</code>;
    case "br":
      return <br />;
    case "hr":
      return <hr />;
    case "list":
      return list(token as Tokens.List, depth);
    case "table":
      return table(token as Tokens.Table, depth);
    case "link":
    case "image":
      return link(token as Tokens.Link, depth);
    default:
      return token.raw;
  }
}

/** A text as elements; nothing for one that is shown as it was written. */
export function read(text: string): ReactNode | undefined {
  if (text.length > LONGEST || TOO_DEEP.test(text)) return undefined;
  try {
    return all(lexer(text, { gfm: true, breaks: true }), 0);
  } catch {
    return undefined;
  }
}

/** A text that somebody wrote. */
export function Markdown({ text }: { text: string }) {
  const made = useMemo(() => read(text), [text]);
  return <Typography className="message">{made ?? <p className="as-written">{text}</p>}</Typography>;
}
