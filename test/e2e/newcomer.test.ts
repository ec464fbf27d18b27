import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readManifest } from '../fixtures/manifest';
import { ChatView } from '../host/chatView';
import { pickerRows } from '../host/modelMenus';
import { eventually } from '../host/retry';
import type { Workbench } from '../host/workbench';
import { closing, text } from '../simulator/steps';
import { approve, email } from './firstAnswer';
import { useWorld, type World } from './world';

const { displayName, repository } = readManifest<{ displayName: string; repository: { url: string } }>();
const pictures = readFileSync('README.md', 'utf8').match(/!\[/g) ?? [];

/** Counts clicks as pages see them, also those of the pages to come; a key that sends a question is none. */
async function countClicks({ page }: Workbench): Promise<() => number> {
  let clicks = 0;
  const listen = 'addEventListener("click", () => clicked(), true)';
  await page.context().exposeFunction('clicked', () => clicks++);
  await page.context().addInitScript(listen);
  await page.evaluate(listen);
  return () => clicks;
}

const secondsSince = (began: number) => Math.round((Date.now() - began) / 1000);

interface Newcomer {
  readonly who: string;
  readonly picture: string;
  /** What is on the machine before the extension is. */
  readonly prepare: (world: World) => void;
  readonly choice: string;
  readonly thenGo?: (window: Workbench) => Promise<void>;
  readonly mostClicks: number;
}

function describeNewcomer({ who, picture, prepare, choice, thenGo, mostClicks }: Newcomer): void {
  describe(`a newcomer ${who} who installs the package and types a question`, () => {
    let world: World;
    useWorld({ isBare: true }, async (made) => {
      world = made;
      prepare(world);
      await world.openWindow();
    });

    it(`reads the answer to it after at most ${mostClicks} clicks`, async () => {
      const [window] = world.windows;
      assert.ok(window);
      const began = Date.now();
      await world.installPackage(window);
      const installed = secondsSince(began);
      const clicks = await countClicks(window);
      const chat = await ChatView.whenShown(window);
      await chat.untilPicked('Add a Kiro Account…');
      await world.screenshots(window, `${picture}-window`);
      world.simulator.script(text('Hello from Kiro.'), closing());
      await chat.ask('Hello?');
      await window.quickInput.row(choice).waitFor();
      await world.screenshots(window, `${picture}-asked`);
      await window.quickInput.choose(choice);
      await (await window.dialog()).press('Continue');
      await thenGo?.(window);
      await chat.untilShown('Hello from Kiro.');
      const made = clicks();
      console.log(
        `      ${made} clicks; installed after ${installed} s, answered after ${secondsSince(began)} s`,
      );
      assert.ok(made > 0 && made <= mostClicks, `${made} clicks`);
      await window.notification('is ready');
      await world.screenshots(window, `${picture}-answered`);
      assert.equal(world.simulator.chats.at(-1)?.modelId, 'claude-sonnet-5');
      assert.ok(!(await chat.modelNames()).includes('Add a Kiro Account…'));
    });

    it('can read about it on its page, with every picture', async () => {
      const [window] = world.windows;
      assert.ok(window);
      await window.runCommand('View: Hide Secondary Side Bar');
      await servePictures(window);
      await window.runCommand('Extensions: Show Installed Extensions');
      await window.page.locator('.extensions-list .extension-list-item', { hasText: displayName }).click();
      await window.page.locator('.extension-editor').waitFor();
      const page = window.webview();
      await page.getByRole('heading', { name: displayName }).waitFor();
      await eventually(async () => {
        const widths = await page.locator('img').evaluateAll((images) =>
          // The page is not ours to type.
          (images as unknown as { naturalWidth: number }[]).map(({ naturalWidth }) => naturalWidth),
        );
        assert.equal(widths.length, pictures.length);
        assert.ok(!widths.includes(0), `widths: ${widths.join(', ')}`);
      });
      await world.screenshots(window, `${picture}-page`);
    });
  });
}

/** Stands in for the repository that the addresses of the pictures lead to. */
async function servePictures({ page }: Workbench): Promise<void> {
  await page.context().route(`${repository.url.replace(/\.git$/, '')}/raw/HEAD/**`, (route) => {
    const path = decodeURIComponent(new URL(route.request().url()).pathname).split('/raw/HEAD/')[1] ?? '';
    return route.fulfill({ path: resolve(path) });
  });
}

describeNewcomer({
  who: 'with Kiro CLI',
  picture: 'newcomer',
  prepare: (world) => world.signKiroCliIn(world.simulator.addAccount({ method: 'google', email })),
  choice: 'Use the Google login from Kiro CLI',
  mostClicks: 2,
});

describeNewcomer({
  who: 'with nothing of Kiro on the machine',
  picture: 'newcomer-device',
  prepare: (world) => void world.simulator.createAccount({ method: 'builder-id', email }),
  choice: 'AWS Builder ID',
  thenGo: approve,
  mostClicks: 4,
});

describe('a newcomer who looks for the models first', () => {
  let world: World;
  let window: Workbench;
  useWorld({}, async (made) => {
    world = made;
    window = await world.openWindow();
    await (await ChatView.whenShown(window)).untilPicked('Add a Kiro Account…');
  });

  it('reads in the picker and in the list of models how to get some', async () => {
    const chat = await ChatView.open(window);
    await chat.showModelPicker();
    const [entry] = await pickerRows(window.page);
    assert.deepEqual(entry, { name: 'Add a Kiro Account…', detail: 'ask it anything to begin' });
    await world.screenshots(window, 'newcomer-picker');
    await chat.closeMenu();
    await window.runCommand('Chat: Manage Language Models');
    const name = window.page.locator('.models-table-container .model-name').first();
    await name.waitFor();
    assert.match(
      await window.hover(name),
      /listed here once a Kiro account is added\. Pick this entry and ask/,
    );
    await world.screenshots(window, 'newcomer-models');
  });
});
