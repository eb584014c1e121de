// What people write in Markdown becomes elements, and nothing else.
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";

import { read } from "./Markdown";

const shown = (text: string) => renderToStaticMarkup(read(text));

test("emphasis, lists and code are elements", () => {
  expect(shown("**a** *b* ~~c~~ `d`")).toBe(
    "<p><strong>a</strong> <em>b</em> <del>c</del> <code>d</code></p>",
  );
  expect(shown("3. a\n4. b")).toBe('<ol start="3"><li>a</li><li>b</li></ol>');
  expect(shown("a\nb")).toBe("<p>a<br/>b</p>");
});

test("HTML is text", () => {
  expect(shown("<img src=x onerror=alert(1)>")).toBe("&lt;img src=x onerror=alert(1)&gt;");
  expect(shown("a <b>c</b>")).toBe("<p>a &lt;b&gt;c&lt;/b&gt;</p>");
});

test("links lead to pages, mails and telephones alone", () => {
  expect(shown("[a](https://example.org/)")).toContain('href="https://example.org/"');
  for (const href of ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "JaVaScRiPt:alert(1)"]) {
    expect(shown(`[a](${href})`)).not.toContain("<a");
  }
});

test("pictures from elsewhere are links: looking at a ticket tells nobody", () => {
  const html = shown("![a](https://example.org/a.png)");
  expect(html).not.toContain("<img");
  expect(html).toContain('href="https://example.org/a.png"');
});

test("what is indented in a mail stays as it was written", () => {
  expect(shown("a\n\n    b\n      c")).toContain('<p class="as-written">b\n  c</p>');
});

test("what is deeper or longer than anything that people write is left as it is", () => {
  expect(read(`${">".repeat(5_000)}a`)).toBeUndefined();
  expect(read("a".repeat(40_000))).toBeUndefined();
  expect(shown(`${"> ".repeat(40)}a`)).toContain("a");
});
