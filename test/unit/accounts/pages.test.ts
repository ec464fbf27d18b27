import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loginOf } from '../../fixtures/logins';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { openWindow, own, type Window } from '../../fixtures/window';
import { Simulator } from '../../simulator/simulator';

const hour = 3_600_000;
const signal = new AbortController().signal;

describe('Pages in a browser, each of which reads its secrets once', () => {
  let folder: string;
  let now: number;
  let simulator: Simulator;
  let pages: { window: Window; secrets: MemorySecrets; changes: () => number }[];
  /** What the browser keeps: all that the page has which stored something last. */
  let kept: Map<string, string>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-pages-'));
    now = Date.UTC(2026, 10, 21);
    simulator = await Simulator.start({ now: () => now });
    pages = [];
    kept = new Map();
  });
  afterEach(async () => {
    for (const { window } of pages) {
      window.sessions.dispose();
      window.store.dispose();
    }
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function load(): Window {
    const secrets = new MemorySecrets();
    let changed = 0;
    secrets.onDidChange(() => changed++);
    for (const [key, text] of kept) secrets.values.set(key, text);
    secrets.onDidChange(() => {
      kept = new Map(secrets.values);
    });
    const window = openWindow({ secrets, simulator, now: () => now, folder, isPage: true });
    pages.push({ window, secrets, changes: () => changed });
    return window;
  }
  async function add({ store }: Window, email: string) {
    const simulated = simulator.addAccount({ method: 'google', email });
    const { account } = await store.add({ login: { ...loginOf(simulated), email }, origin: own });
    return { simulated, id: account.id };
  }
  async function twoPages() {
    const one = load();
    const ana = await add(one, 'ana@example.com');
    return { one, other: load(), ana };
  }
  const tokenIn = async ({ sessions }: Window, accountId?: string) =>
    (await sessions.current({ accountId, signal })).accessToken;
  const labelsIn = async ({ store }: Window) => (await store.list()).map(({ label }) => label);
  const copies = () =>
    readdirSync(join(folder, 'copies'))
      .filter((name) => name.endsWith('.sealed'))
      .map((name) => join(folder, 'copies', name));

  it('refresh a token once, and both have the new one', async () => {
    const { one, other, ana } = await twoPages();
    for (let round = 0; round < 3; round++) {
      now += hour;
      const tokens = await Promise.all([one, other].map((page) => tokenIn(page)));
      assert.deepEqual(tokens, [ana.simulated.accessToken, ana.simulated.accessToken]);
    }
    assert.equal(simulator.received.length, 3);
  });

  it('see each other’s accounts, and lose none', async () => {
    const { one, other } = await twoPages();
    await add(one, 'ben@example.com');
    await add(other, 'cem@example.com');
    const all = ['ana@example.com', 'ben@example.com', 'cem@example.com'];
    for (const page of [one, other, load()]) assert.deepEqual(await labelsIn(page), all);
  });

  it('see that an account is gone', async () => {
    const { one, other, ana } = await twoPages();
    await one.store.remove(ana.id);
    assert.deepEqual(await labelsIn(other), []);
  });

  it('are told of a removal once, and come to rest', async () => {
    const { one, other, ana } = await twoPages();
    await one.store.remove(ana.id);
    const heard: number[] = [];
    for (const [index, { store }] of [one, other].entries()) store.onDidChange(() => heard.push(index));
    for (let turn = 0; turn < 3; turn++) await Promise.all([labelsIn(one), labelsIn(other)]);
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(heard.length <= 1, `${heard}`);
    assert.equal(pages.reduce((sum, { changes }) => sum + changes(), 0) <= 4, true);
  });

  it('are told to look again where what they had was not the newest', async () => {
    const { one, other } = await twoPages();
    await labelsIn(other);
    const told = new Promise<void>((resolve) => other.store.onDidChange(resolve));
    await add(one, 'ben@example.com');
    await labelsIn(other);
    await told;
  });

  it('keep nothing readable outside the secret store', async () => {
    const { one } = await twoPages();
    now += hour;
    await tokenIn(one);
    assert.ok(copies().length > 0);
    for (const copy of copies()) {
      const bytes = readFileSync(copy);
      for (const text of [bytes.toString(), Buffer.from(bytes.toString(), 'base64').toString('latin1')]) {
        assert.ok(!text.includes('ana@example.com'));
        for (const secret of simulator.issuedSecrets) assert.ok(!text.includes(secret));
      }
    }
  });

  it('go on with what they have where a copy is damaged, cut short or gone', async () => {
    const { one, other } = await twoPages();
    await add(one, 'ben@example.com');
    const damages: ((sealed: string) => string)[] = [
      (sealed) => {
        const bytes = Buffer.from(sealed, 'base64');
        bytes[40] = (bytes[40] ?? 0) ^ 1;
        return bytes.toString('base64');
      },
      () => 'AAAA',
      () => '',
    ];
    assert.equal(copies().length, 2);
    for (const damage of damages) {
      for (const copy of copies()) writeFileSync(copy, damage(readFileSync(copy, 'utf8')));
      assert.deepEqual(await labelsIn(other), ['ana@example.com']);
    }
    for (const copy of copies()) rmSync(copy);
    assert.deepEqual(await labelsIn(other), ['ana@example.com']);
  });

  it('that were opened before there was any account keep those of both', async () => {
    const one = load();
    await one.copies?.prepare();
    const other = load();
    await add(one, 'ana@example.com');
    await add(other, 'ben@example.com');
    for (const page of [one, other, load()])
      assert.deepEqual(await labelsIn(page), ['ana@example.com', 'ben@example.com']);
  });

  it('never write over a copy that a newer version of this extension has written', async () => {
    const { one, other, ana } = await twoPages();
    const newer = '{"version":2,"people":[]}';
    await one.copies?.store(`kiroModels.account.${ana.id}`, newer);
    await other.copies?.store(`kiroModels.account.${ana.id}`, '{"version":1}');
    assert.equal(await load().copies?.get(`kiroModels.account.${ana.id}`), '{"version":1}');
    assert.equal(await one.copies?.get(`kiroModels.account.${ana.id}`), newer);
  });

  it('of another browser on the same machine keep their own accounts', async () => {
    const { one } = await twoPages();
    kept = new Map();
    const elsewhere = load();
    assert.deepEqual(await labelsIn(elsewhere), []);
    await add(elsewhere, 'eve@example.com');
    assert.deepEqual(
      [await labelsIn(one), await labelsIn(elsewhere)],
      [['ana@example.com'], ['eve@example.com']],
    );
    assert.equal(copies().length, 2);
  });
});
