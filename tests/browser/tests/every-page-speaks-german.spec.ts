// Every page in German: nothing is left untranslated, and nothing is wider than a phone.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { fill, type Filled, plainWords } from "../support/fill.ts";
import { tooWide } from "../support/look.ts";
import { address, PAGES, type Who } from "../support/pages.ts";
import { settled } from "../support/settled.ts";
import { expect, type Instance, test as plain } from "../support/test.ts";

const test = plain.extend<object, { filled: Filled }>({
  filled: [async ({ instance }, use) => use(await fill(instance, plainWords())), { scope: "worker" }],
});

type Words = { [key: string]: string | Words };

const words = (language: string): Words =>
  JSON.parse(readFileSync(resolve(`../../assets/src/locales/${language}.json`), "utf8"));

/** The keys of all texts, and the texts. */
const flat = (tree: Words, above = ""): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[above + key, value] as [string, string]] : flat(value, `${above}${key}.`),
  );

const ENGLISH = new Map(flat(words("en")));
const GERMAN = new Map(flat(words("de")));

/** What is shown where a text is missing: its key. What stands in the API as a word with a point is none. */
const KEY = new RegExp(`^(${Object.keys(words("en")).join("|")})(\\.[A-Za-z_]+)+$`);

/** Texts, and names that only some hear. */
const told = () => {
  const texts: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement?.closest("code, script, style")) texts.push(node.textContent?.trim() ?? "");
  }
  for (const element of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]")) {
    for (const name of ["aria-label", "placeholder", "title", "alt"]) {
      texts.push(element.getAttribute(name) ?? "");
    }
  }
  return [...new Set([...texts, document.title])];
};

test("both languages have the same texts, and each fills in the same", () => {
  expect([...GERMAN.keys()].sort()).toEqual([...ENGLISH.keys()].sort());
  const holes = (text = "") => [...text.matchAll(/\{\{(\w+)/g)].map((hole) => hole[1]).sort();
  const others = [...ENGLISH].filter(([key, text]) =>
    // One of something can be told without its number.
    key.endsWith("_one") ? false : String(holes(text)) !== String(holes(GERMAN.get(key))),
  );
  expect(others).toEqual([]);
});

const PHONE = { width: 360, height: 740 };
const person = (instance: Instance, who: Who) => (who === "nobody" ? undefined : instance[who]);
// The server's own pages speak English alone.
const OWN = ["/setup", "/oauth"];

for (const [who, pages] of Object.entries(PAGES) as [Who, string[]][]) {
  for (const page of pages.filter((page) => !OWN.some((own) => page.startsWith(own)))) {
    test(`${who} reads ${page.slice(0, 60)} in German`, async ({ instance, filled, open }) => {
      const options = { locale: "de-DE", viewport: PHONE };
      const opened = await open(instance.url + address(page, filled), person(instance, who), options);
      await settled(opened);
      await expect(opened.locator("html")).toHaveAttribute("lang", "de");
      await expect.poll(() => opened.evaluate(tooWide), "what reaches beyond the screen").toEqual([]);
      const texts = await opened.evaluate(told);
      expect(texts.filter((text) => KEY.test(text))).toEqual([]);
      // A text that differs in German, yet stands there in English, was forgotten where it is used.
      const english = [...ENGLISH].filter(
        ([key, text]) => GERMAN.get(key) !== text && !text.includes("{{") && / .* /.test(text),
      );
      expect(english.map(([, text]) => text).filter((text) => texts.includes(text))).toEqual([]);
    });
  }
}
