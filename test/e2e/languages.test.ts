import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FrameLocator } from 'playwright-core';
import { languages, pseudoExtension, pseudoLanguage, readTexts, type Texts } from '../fixtures/translations';
import { writeTurns, yearOfTurns } from '../fixtures/usageTurns';
import type { Workbench } from '../host/workbench';
import { assertAccessible, frameOf } from './pages';
import { useWorld, type World } from './world';

/** What stands in the pseudo language as it is: names, and what is the person's or the service's own. */
const values =
  /dev@example\.com|Kiro Models|Kiro|CLI|^Credits\t|Claude [\w.]+( \d)?|GPT[\w.-]*( Terra)?|qwen3-coder|\bAuto\b|\b(?:AWS|IAM|VS Code|GitHub|Google|SQLite|node:sqlite|better-sqlite3|Builder ID|Identity Center|KIRO PRO\+?|PRO)\b|kiroModels\.\w+(\.\w+)*|[\w.-]*\.(?:sqlite3|js)|\/[\w./-]+|\b(?:us|eu)-[\w-]+|https?:\S+|127\.0\.0\.1:\d+|\b(?:high|medium|low|max|xhigh|true|false|ask|sticky|figures|default|null|full|off)\b|\d+(?:K|M|s)\b|\{.*\}|\b[A-Z][a-z]{2} \d+|[AP]M\b|\b(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b/g;

/** Words that did not come out of a translation: they are all in plain letters. */
function untranslated(texts: readonly string[]): string[] {
  return texts.filter((text) => /[A-Za-z]{3,}/.test(text.replace(values, '')));
}

/** The lines of a page that a person reads, and what of it is wider than its place. */
async function look(page: FrameLocator): Promise<{ lines: string[]; cut: string[] }> {
  const frame = await frameOf(page);
  const lines = (await page.locator('body').innerText()).split(/[\n\t]+/).filter((line) => line.trim());
  const cut = await frame
    .locator('h1, h2, p, button, .row > *, .card *, .legend li')
    .evaluateAll((all) =>
      all
        .filter((one) => one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1)
        .map((one) => one.textContent ?? ''),
    );
  return { lines, cut };
}

for (const language of [pseudoLanguage, ...languages]) {
  describe(`a person who reads ${language}`, () => {
    const isPseudo = language === pseudoLanguage;
    const extension = isPseudo ? pseudoExtension() : resolve('.');
    let bundle: Texts;
    let manifest: Texts;
    let world: World;
    let window: Workbench;

    const t = (text: string) => bundle[text] ?? assert.fail(text);
    const run = (command: string) => window.runCommand(`Kiro Models: ${manifest[`command.${command}`]}`);
    const textsOf = (selector: string) => window.page.locator(selector).allInnerTexts();
    const isTranslated = (texts: readonly string[]) => {
      assert.ok(texts.length > 0);
      if (isPseudo) assert.deepEqual(untranslated(texts), []);
    };

    useWorld({ language, extension }, async (made) => {
      world = made;
      bundle = readTexts(join(extension, 'l10n', `bundle.l10n.${language}.json`));
      manifest = readTexts(join(extension, `package.nls.${language}.json`));
      world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email: 'dev@example.com' }));
      window = await world.openWindow();
    });

    after(() => {
      if (isPseudo) rmSync(extension, { recursive: true });
    });

    it('is led to an account', async () => {
      await window.statusBarItem(t('Kiro Models: Add Account')).waitFor();
      await run('addAccount');
      const rows = await window.quickInput.rows();
      isTranslated(rows.map(({ label, description }) => `${label} ${description}`));
      await window.screenshot(`language-${language}-sign-in`);
    });

    it('adds one, and is told so in whole', async () => {
      await run('importFromKiroCli');
      await (await window.dialog()).press(t('Continue'));
      const [, ready = ''] = t('{0} is ready.').split('{0}');
      const notification = await window.notification(ready.trim());
      await window.screenshot(`language-${language}-ready`);
      isTranslated([await notification.text()]);
    });

    it('sees the accounts, and what can be done with each', async () => {
      await run('switchAccount');
      const rows = await window.quickInput.rows();
      isTranslated(rows.map(({ label, description }) => `${label} ${description}`));
      await window.screenshot(`language-${language}-accounts`);
    });

    it('sees in the status bar what is left', async () => {
      await window.statusBarItem('dev@example.com').hover();
      const hover = window.page.locator('.monaco-hover .hover-contents').first();
      await hover.waitFor();
      await window.screenshot(`language-${language}-status-bar`);
      isTranslated((await textsOf('.monaco-hover .hover-contents')).flatMap((text) => text.split('\n')));
    });

    it('reads what the doctor found', async () => {
      await run('runDoctor');
      const page = window.webview();
      await page.getByRole('button', { name: t('Run Again') }).waitFor();
      const { lines, cut } = await look(page);
      await window.screenshot(`language-${language}-doctor`);
      isTranslated(lines);
      assert.deepEqual(cut, []);
      // No language that a screen reader knows.
      if (!isPseudo) await assertAccessible(page);
    });

    it('reads what chats cost', async () => {
      const folder = join(world.host.storageOf('kiro-chat-models.kiro-chat-models'), 'usage');
      mkdirSync(folder, { recursive: true });
      writeTurns(folder, yearOfTurns(Date.now(), ['removed'], 500));
      await run('showUsage');
      const page = window.webview();
      await page.locator('#requests table').waitFor();
      const { lines, cut } = await look(page);
      await window.screenshot(`language-${language}-usage`);
      isTranslated(lines);
      assert.deepEqual(cut, []);
    });
  });
}
