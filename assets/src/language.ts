// The languages of the web app, and how times and numbers read in them.
import dayjs from "dayjs";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import en from "./locales/en.json";
import { teach } from "./said";

/** The languages that there are, in their own words. */
export const LANGUAGES = { en: "English", de: "Deutsch" } as const;

/** One of them. */
export type Language = keyof typeof LANGUAGES;

const KEY = "gatehouse-language";

function preferred(): Language {
  const wanted = [localStorage.getItem(KEY), ...navigator.languages].map((tag) => tag?.slice(0, 2));
  return wanted.find((tag): tag is Language => tag !== undefined && tag in LANGUAGES) ?? "en";
}

async function load(language: Language): Promise<void> {
  if (language === "de" && !i18next.hasResourceBundle("de", "translation")) {
    const [words, said] = await Promise.all([
      import("./locales/de.json"),
      import("./locales/said.de.json"),
      import("dayjs/locale/de"),
    ]);
    teach("de", said.default);
    i18next.addResourceBundle("de", "translation", words.default);
  }
  dayjs.locale(language);
  document.documentElement.lang = language;
}

/** Speaks another language from now on. */
export async function speak(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  await load(language);
  await i18next.changeLanguage(language);
}

/** Resolves when the words of the first page are there. */
export const ready: Promise<void> = i18next
  .use(initReactI18next)
  .init({
    lng: "en",
    fallbackLng: "en",
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  .then(async () => {
    const language = preferred();
    await load(language);
    await i18next.changeLanguage(language);
  });
