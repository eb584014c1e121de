// What the server says, in another language.
import { expect, test } from "vitest";

import german from "./locales/said.de.json";
import { translator } from "./said";

const said = translator({
  texts: {
    "Not found.": "Nicht gefunden.",
    "The {} field is required.": "Das Feld „{:word}“ muss ausgefüllt sein.",
    "{} is required.": "„{}“ muss ausgefüllt sein.",
    "{left} of {all} are left.": "Von {all} sind {left} übrig.",
    "It is between {} and {}.": "Es liegt zwischen {} und {}.",
    "There is no tag {tag}.": "Das Schlagwort {tag} gibt es nicht.",
    "Write {text:?} (or not?).": "Schreiben Sie {text} (oder nicht?).",
    "It must be {wanted}.": "Es muss {wanted:word} sein.",
    'An object such as {"type": "add_tag"}.': 'Ein Objekt, etwa {"type": "add_tag"}.',
    "The mail server refused it: {said}": "Der Mailserver hat sie abgelehnt: {said}",
  },
  words: { subject: "Betreff", "a number from {low} to {high}": "eine Zahl von {low} bis {high}" },
});

test("a text without holes is translated as it stands", () => {
  expect(said("Not found.")).toBe("Nicht gefunden.");
  expect(said('An object such as {"type": "add_tag"}.')).toBe('Ein Objekt, etwa {"type": "add_tag"}.');
});

test("holes are filled with what filled them, by name or one after the other", () => {
  expect(said("3 of 12 are left.")).toBe("Von 12 sind 3 übrig.");
  expect(said("It is between 1 and 5.")).toBe("Es liegt zwischen 1 und 5.");
});

test("a hole at the end takes all that is left, over several lines", () => {
  expect(said("The mail server refused it: 550 5.1.1\n$& no such user.")).toBe(
    "Der Mailserver hat sie abgelehnt: 550 5.1.1\n$& no such user.",
  );
});

test("of texts that fit, the more specific one counts", () => {
  expect(said("The colour field is required.")).toBe("Das Feld „colour“ muss ausgefüllt sein.");
  expect(said("The colour is required.")).toBe("„The colour“ muss ausgefüllt sein.");
});

test("a known word is translated where words stand, and what people wrote is not", () => {
  expect(said("The subject field is required.")).toBe("Das Feld „Betreff“ muss ausgefüllt sein.");
  expect(said("There is no tag subject.")).toBe("Das Schlagwort subject gibt es nicht.");
});

test("words have holes, too", () => {
  expect(said("It must be a number from 1 to 5.")).toBe("Es muss eine Zahl von 1 bis 5 sein.");
});

test("signs that patterns are made of mean themselves", () => {
  expect(said('Write "a.*" (or not?).')).toBe('Schreiben Sie "a.*" (oder nicht?).');
  expect(said("Not found!")).toBe("Not found!");
});

test("what no catalogue knows stays as it came", () => {
  expect(said("Something new. Not found.")).toBe("Something new. Not found.");
  expect(said("")).toBe("");
});

test("in the catalogue no text takes what another one says", () => {
  const translate = translator(german);
  for (const [text, translated] of Object.entries(german.texts)) {
    const holes = /\{(\w*)(?::[^{}]*)?\}/g;
    expect(translate(text.replaceAll(holes, "§"))).toBe(translated.replaceAll(holes, "§"));
  }
});
