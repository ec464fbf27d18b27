/**
 * What a person reads, in their language. The English text is the key of its translation, and what stands for one that is
 * missing. Modules keep their texts as constants, so the language is set before the first of them is loaded.
 */

/** Translations by the English text. */
export type Translations = Readonly<Record<string, string>>;

const english = { tag: 'en-US', translations: {} as Translations };
let current = english;

/** Says in which language a person reads: what it is called in BCP 47, and the translations into it. */
export function setLanguage(tag: string, translations: Translations | undefined): void {
  // Without a region, English would be written as in the whole world.
  current = { tag: tag === 'en' ? english.tag : tag, translations: translations ?? {} };
}

/** The language that numbers and times are written in, for `Intl`. */
export function languageTag(): string {
  return current.tag;
}

/** A text in the person's language, with each `{0}` replaced by the value of that place. */
export function t(text: string, ...values: readonly (string | number | undefined)[]): string {
  const translated = current.translations[text] ?? text;
  return translated.replace(/\{(\d)\}/g, (_, place: string) => String(values[Number(place)]));
}

/** What is written for whoever gets a report: texts that are made meanwhile are English. */
export function inEnglish<Written>(write: () => Written): Written {
  const before = current;
  current = english;
  try {
    return write();
  } finally {
    current = before;
  }
}

/** Sentences one after the other. What is empty is left out. */
export function sentences(...all: readonly (string | false | undefined)[]): string {
  return all.filter(Boolean).join(isSpaced() ? ' ' : '');
}

/** Facts one after the other. */
export function listed(all: readonly string[]): string {
  return all.join(isSpaced() ? ', ' : '、');
}

/** Chinese and Japanese have their own full stop and comma, with the blank in them. */
const isSpaced = () => !/^(?:zh|ja)/.test(current.tag);
