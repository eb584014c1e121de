// What the server says is English: a catalogue, keyed by the texts of its source, says it in another language.
import i18next from "i18next";

/** Texts with holes in braces, and the words that fill holes; each with its translation, where `:word` marks such holes. */
export interface Catalogue {
  texts: Record<string, string>;
  words: Record<string, string>;
}

type Translate = (text: string) => string;

const HOLE = /\{\w*(?::[^{}]*)?\}/g;

/** The name of a hole, if it has one, and what is said of it behind a colon. */
const inside = (hole: string) => hole.slice(1, -1).split(":");

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The name of a hole, and what filled it. */
type Filling = [name: string, value: string];

/** Puts into each hole what filled the one of the same name; of those without a name, one after the other. */
function fill(text: string, filling: Filling[], word: Translate): string {
  const left = [...filling];
  return text.replaceAll(HOLE, (hole) => {
    const [name, kind] = inside(hole);
    const at = left.findIndex(([other]) => other === name);
    const [[, value] = ["", hole]] = left.splice(at, 1);
    return kind === "word" ? word(value) : value;
  });
}

/** Translates texts as a whole. Of several that fit, the one that leaves least to its holes counts. */
function whole(texts: Record<string, string>, word: Translate): Translate {
  const all = Object.entries(texts).map(([text, translated]) => {
    const pieces = text.split(HOLE);
    const names = (text.match(HOLE) ?? []).map((hole) => inside(hole)[0] ?? "");
    const shape = new RegExp(`^${pieces.map(escaped).join("([^]*?)")}$`);
    return { shape, names, translated, written: pieces.join("").length };
  });
  all.sort((one, other) => other.written - one.written);
  return (text) => {
    for (const { shape, names, translated } of all) {
      const values = shape.exec(text)?.slice(1);
      const filling = values?.map((value, at): Filling => [names[at] ?? "", value]);
      if (filling) return fill(translated, filling, word);
    }
    return text;
  };
}

/** Translates what a catalogue knows; the rest stays as it came. */
export function translator({ texts, words }: Catalogue): Translate {
  return whole(
    texts,
    whole(words, (word) => word),
  );
}

const translators = new Map<string, Translate>();

/** From now on what the server says is said in this language, too. */
export function teach(language: string, catalogue: Catalogue): void {
  translators.set(language, translator(catalogue));
}

/** What the server says, in the language of the page. */
export function said(text: string): string {
  return translators.get(i18next.language)?.(text) ?? text;
}
