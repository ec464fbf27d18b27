import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { exportedTexts, languages, readTexts, type Texts } from '../../fixtures/translations';

/** What has to be the same in each language: places of values, icons, code, links, and ids of settings. */
function fixedParts(text: string): string[] {
  const places =
    text.match(/\{\d\}|\$\([\w-]+\)|`[^`]*`|\]\([^)]*\)|\*+|https?:\/\/[\w./-]*\w|\b[a-z]\w*(?:\.\w+)+\b/g) ??
    [];
  return places.toSorted();
}

describe('what is translated', () => {
  let sentences: Texts;
  before(() => {
    sentences = exportedTexts();
  });

  it('is each text that a module passes to t, which passes it whole', () => {
    const calls = globSync('src/**/*.ts')
      .filter((file) => !file.endsWith('l10n.ts'))
      .flatMap((file) => [
        ...readFileSync(file, 'utf8').matchAll(/(?<![\w.])t\(\s*(?:'((?:\\.|[^'\\])*)'|(.{20}))/g),
      ]);
    const computed = calls.flatMap(([, , other]) => other ?? []);
    assert.deepEqual(computed, []);
    const texts = new Set(calls.map(([, text = '']) => text.replaceAll('\\n', '\n').replaceAll("\\'", "'")));
    assert.deepEqual(new Set(Object.keys(sentences)), texts);
    assert.ok(texts.size > 300);
  });

  for (const language of languages) {
    for (const [what, file, source] of [
      ['the code', `l10n/bundle.l10n.${language}.json`, () => sentences],
      ['the manifest', `package.nls.${language}.json`, () => readTexts('package.nls.json')],
    ] as const) {
      it(`has each text of ${what} in ${language}, and no other`, () => {
        const [english, translated] = [source(), readTexts(file)];
        const missing = Object.keys(english).filter((key) => !translated[key]?.trim());
        assert.deepEqual(missing, [], `${file} lacks these`);
        const stale = Object.keys(translated).filter((key) => !(key in english));
        assert.deepEqual(stale, [], `${file} has these, which the source has no longer`);
      });

      it(`has the values, code, links, and ids of ${what} as they are in ${language}`, () => {
        const [english, translated] = [source(), readTexts(file)];
        for (const [key, text] of Object.entries(translated))
          assert.deepEqual(fixedParts(text), fixedParts(english[key] ?? ''), `${file}: ${key}`);
      });
    }
  }
});
