// Words of the page in the reader's language; what a language lacks is said in English.
import sharedEn from "../../api/messages/en.toml";
import sharedJa from "../../api/messages/ja.toml";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import en from "./messages/en.toml";
import ja from "./messages/ja.toml";
import { recall } from "./kept";

export type Language = "ja" | "en";
export const LANGUAGES: readonly Language[] = ["ja", "en"];
export type Values = Record<string, string | number>;

const TABLES = { ja: [ja, sharedJa, en, sharedEn], en: [en, sharedEn] };

/** Text under "table.key" with its {placeholders} filled; the key itself where no language has it. */
export function text(language: Language, key: string, values: Values = {}): string {
  const found = lookup(language, key);
  return found === undefined ? key : found.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

function lookup(language: Language, key: string): string | undefined {
  const dot = key.indexOf(".");
  const [table, name] = [key.slice(0, dot), key.slice(dot + 1)];
  return TABLES[language].map((tables) => tables[table]?.[name]).find((found) => found !== undefined);
}

export function preferred(): Language {
  const asked = new URLSearchParams(window.location.search).get("lang") ?? recall<string>("language", navigator.language);
  return asked.startsWith("ja") ? "ja" : "en";
}

export const Speech = createContext<Language>("ja");

export interface Spoken {
  language: Language;
  t: (key: string, values?: Values) => string;
}

export function useWords(): Spoken {
  const language = useContext(Speech);
  return { language, t: (key, values) => text(language, key, values) };
}
