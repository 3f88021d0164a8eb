/**
 * All text comes from the message catalogues by its key; a key that English lacks does not compile. Two locales exist
 * for tests: `en-XA` lengthens and accents every message, `ar-XB` does so from right to left.
 */
import { createInstance } from "i18next";
import { useSyncExternalStore } from "react";
import type access from "../messages/en/access.json";
import type announcements from "../messages/en/announcements.json";
import type app from "../messages/en/app.json";
import type assignments from "../messages/en/assignments.json";
import basic from "../messages/en/basic.json";
import type calendar from "../messages/en/calendar.json";
import type cluster from "../messages/en/cluster.json";
import type courseLife from "../messages/en/course-life.json";
import type coursePeople from "../messages/en/course-people.json";
import type courses from "../messages/en/courses.json";
import type gate from "../messages/en/gate.json";
import type grades from "../messages/en/grades.json";
import type grading from "../messages/en/grading.json";
import type identity from "../messages/en/identity.json";
import type materials from "../messages/en/materials.json";
import type notices from "../messages/en/notices.json";
import type observers from "../messages/en/observers.json";
import type passkeys from "../messages/en/passkeys.json";
import type people from "../messages/en/people.json";
import type personData from "../messages/en/person-data.json";
import type progress from "../messages/en/progress.json";
import type queries from "../messages/en/queries.json";
import type search from "../messages/en/search.json";
import type secondStep from "../messages/en/second-step.json";
import type system from "../messages/en/system.json";

type PluralFree<Key extends string> =
  Key extends `${infer Stem}_${"zero" | "one" | "two" | "few" | "many" | "other"}` ? Stem : Key;
export type MessageKey = PluralFree<
  | keyof typeof basic
  | keyof typeof app
  | keyof typeof announcements
  | keyof typeof assignments
  | keyof typeof materials
  | keyof typeof grades
  | keyof typeof grading
  | keyof typeof gate
  | keyof typeof secondStep
  | keyof typeof identity
  | keyof typeof system
  | keyof typeof cluster
  | keyof typeof courseLife
  | keyof typeof courses
  | keyof typeof coursePeople
  | keyof typeof notices
  | keyof typeof observers
  | keyof typeof calendar
  | keyof typeof people
  | keyof typeof passkeys
  | keyof typeof access
  | keyof typeof personData
  | keyof typeof progress
  | keyof typeof queries
  | keyof typeof search
>;
export type MessageValues = Readonly<Record<string, string | number>>;
type Catalogue = Readonly<Record<string, string>>;

const pseudoLocales = ["en-XA", "ar-XB"] as const;
const localeKey = "lyceum-locale";
const accents = new Map(
  [..."aàeéiîoöuûcçnñsšyýAÀEÉIÎOÖUÛCÇNÑSŠ"].flatMap((letter, at, all) =>
    at % 2 === 0 ? [[letter, all[at + 1] ?? letter] as const] : [],
  ),
);
const i18n = createInstance();
const listeners = new Set<() => void>();

/** The locale in force, as BCP 47. */
export const locale = chosenLocale();

void i18n.init({
  lng: locale,
  fallbackLng: "en",
  // Catalogues are loaded with the code, so nothing is waited for.
  initAsync: false,
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
  resources: {},
});
addMessages(basic);

/** Adds a catalogue; each entry of the app brings its own. */
export function addMessages(english: Catalogue): void {
  i18n.addResourceBundle("en", "translation", english, true, true);
  if (isPseudo(locale))
    i18n.addResourceBundle(
      locale,
      "translation",
      Object.fromEntries(Object.entries(english).map(([key, message]) => [key, pseudo(message)])),
      true,
      true,
    );
  for (const listener of listeners) listener();
}

/** The message for `key`, with its values put in; `count` chooses the plural form. */
export function text(key: MessageKey, values: MessageValues = {}): string {
  return i18n.t(key, values) as string;
}

/** `text`, in a component that is shown anew when catalogues arrive. */
export function useText(): typeof text {
  useSyncExternalStore(subscribe, () => i18n.store.data);
  return text;
}

/** Marks the page with its language and direction. */
export function markPage(): void {
  document.documentElement.lang = locale;
  document.documentElement.dir = locale.startsWith("ar") ? "rtl" : "ltr";
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function chosenLocale(): string {
  const asked = new URLSearchParams(location.search).get("locale");
  if (asked !== null && isPseudo(asked)) sessionStorage.setItem(localeKey, asked);
  const kept = asked ?? sessionStorage.getItem(localeKey);
  if (kept !== null && isPseudo(kept)) return kept;
  // Dates and numbers follow the reader's own kind of English; some systems name one that is no BCP 47.
  return navigator.languages.find((language) => /^en(-[a-z\d]+)*$/i.test(language)) ?? "en";
}

function isPseudo(name: string): boolean {
  return (pseudoLocales as readonly string[]).includes(name);
}

/** The message a third longer, accented and in brackets, its placeholders as they were. */
export function pseudo(message: string): string {
  const accented = message
    .split(/(\{\{[^}]*\}\})/)
    .map((part) =>
      part.startsWith("{{") ? part : [...part].map((letter) => accents.get(letter) ?? letter).join(""),
    )
    .join("");
  return `[${accented}${" ~".repeat(Math.ceil(message.length / 6))}]`;
}
