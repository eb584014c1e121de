// The words of mails: which there are, and how they are asked for.
import { queryOptions } from "@tanstack/react-query";

import { type DeskLanguageWord, type DeskMailName, type DeskMailTemplate, getMailTemplates } from "../api";
import { answer } from "../frame/queries";

/** The languages that mails are written in. */
export const LANGUAGES: DeskLanguageWord[] = ["en", "de"];

/** Every mail's words, in all languages. */
export const templates = queryOptions({
  queryKey: ["mailTemplates"],
  queryFn: async () => (await answer(getMailTemplates())).mail_templates,
});

/** The words of a mail in a language. */
export const wordsOf = (all: DeskMailTemplate[], name: string, language: DeskLanguageWord) =>
  all.find((one) => one.name === name && one.language === language);

/** The mails, each once, in the order in which they are told. */
export const namesOf = (all: DeskMailTemplate[]): DeskMailName[] => [...new Set(all.map((one) => one.name))];
