import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account, Origin } from '../../../src/accounts/account';
import { isWritable, readSource } from '../../../src/accounts/linked/linkedSource';
import { AccountStore } from '../../../src/accounts/storage/accountStore';
import type { Sessions } from '../../../src/accounts/tokens/sessions';
import { methodName } from '../../../src/auth/credentials';
import { refreshLogin } from '../../../src/auth/refresh';
import { findKiroCliLogins } from '../../../src/import/kiroCli/kiroCliDatabase';
import { rowsOfAccount, writeKiroCliDatabase } from '../../fixtures/kiroCli';
import { knownLoginOf } from '../../fixtures/logins';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { OtherProcess } from '../../fixtures/otherProcess';
import { silentLogger } from '../../fixtures/silentLogger';
import { identifyAt, sessionsOf } from '../../fixtures/window';
import { startWriter } from '../../fixtures/writerProcess';
import type { Method, SimulatedAccount } from '../../simulator/account';
import { Simulator } from '../../simulator/simulator';

const hour = 3_600_000;
const signal = new AbortController().signal;

let folder: string;
let path: string;
let now: number;
let simulator: Simulator;
let store: AccountStore;
let sessions: Sessions;

const reader = (reading: AbortSignal) => ({
  machine: { platform: process.platform, env: {}, homedir: folder },
  now: () => now,
  signal: reading,
});

function aroundEach(): void {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-linked-'));
    path = join(folder, 'kiro-cli', 'data.sqlite3');
    now = Date.UTC(2026, 10, 21);
    simulator = await Simulator.start({ now: () => now });
    store = new AccountStore(new MemorySecrets(), () => now);
    sessions = sessionsOf({
      accounts: store,
      refresh: (login, refreshing) =>
        refreshLogin(login, {
          http: { fetch, userAgent: 'test' },
          endpoints: simulator.endpoints,
          now: () => now,
          signal: refreshing,
        }),
      readSource: (account, reading) => readSource(account, reader(reading)),
      identify: identifyAt(simulator, () => now),
      now: () => now,
      wait: async () => undefined,
      logger: silentLogger,
    });
  });
  afterEach(async () => {
    sessions.dispose();
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });
}

/** Imports the login that the program has after a sign-in to a new account of the service. */
async function imported(method: Method): Promise<{ simulated: SimulatedAccount; account: Account }> {
  const simulated = simulator.addAccount({ method, email: 'ana@example.com' });
  writeKiroCliDatabase(path, { mode: 'wal', ...rowsOfAccount(simulated) });
  const { database, logins } = await findKiroCliLogins([path], { now: () => now, signal });
  const [found, ...others] = logins;
  assert.ok(found && !others.length);
  const { account } = await store.add({
    login: { ...found.login, userId: simulated.id },
    origin: { kind: 'kiro-cli', database, key: found.key },
    profileName: found.profileName,
  });
  return { simulated, account };
}

describe('A login imported from Kiro CLI', () => {
  aroundEach();

  for (const [method, name] of [
    ['builder-id', 'AWS Builder ID'],
    ['idc', 'IAM Identity Center'],
    ['google', 'Google'],
    ['github', 'GitHub'],
    ['external-idp', 'your organization’s identity provider'],
  ] as const) {
    it(`of kind ${method} is known as ${name}`, async () => {
      assert.equal(methodName((await imported(method)).account.grant), name);
    });

    it(`of kind ${method} gives a session the service accepts`, async () => {
      const { simulated } = await imported(method);
      const { accessToken, profileArn } = await sessions.current({ signal });
      const expected = method === 'builder-id' ? undefined : simulated.profileArn;
      assert.deepEqual([accessToken, profileArn], [simulated.accessToken, expected]);
    });
  }

  for (const method of ['builder-id', 'idc', 'google'] as const) {
    it(`of kind ${method} is refreshed when it ends`, async () => {
      const { simulated } = await imported(method);
      now += hour;
      assert.equal((await sessions.current({ signal })).accessToken, simulated.accessToken);
      simulator.assertDone();
    });

    it(`of kind ${method} takes over what the program has refreshed, at no request`, async () => {
      const { simulated } = await imported(method);
      simulated.tokenLifetimeMs = 2 * hour;
      await refreshByKiroCli(simulated);
      const before = simulator.received.length;
      now += hour;
      assert.equal((await sessions.current({ signal })).accessToken, simulated.accessToken);
      assert.equal(simulator.received.length, before);
    });
  }

  it('is refreshed on its own after the program was signed out', async () => {
    const { simulated } = await imported('idc');
    const writer = await startWriter(path);
    await writer.run('DELETE FROM auth_kv');
    await writer.end();
    now += hour;
    assert.equal((await sessions.current({ signal })).accessToken, simulated.accessToken);
  });

  it('is refreshed on its own after the program was removed', async () => {
    const { simulated } = await imported('idc');
    rmSync(folder, { recursive: true });
    now += hour;
    assert.equal((await sessions.current({ signal })).accessToken, simulated.accessToken);
  });
});

describe('An account linked to the IDE of Kiro', () => {
  aroundEach();

  it('reads again what the IDE is signed in with now', async () => {
    const simulated = simulator.addAccount({ method: 'google', email: 'ana@example.com' });
    const file = join(folder, 'kiro-auth-token.json');
    const { accessToken, refreshToken, expiresAt, profileArn } = simulated;
    const token = {
      accessToken,
      refreshToken,
      profileArn,
      expiresAt: new Date(expiresAt).toISOString(),
      authMethod: 'social',
      provider: 'Google',
    };
    writeFileSync(file, JSON.stringify(token));
    const { account } = await store.add({
      login: knownLoginOf(simulated),
      origin: { kind: 'kiro-ide', file },
    });
    assert.equal((await readSource(account, reader(signal)))?.tokens.refresh, refreshToken);
    rmSync(file);
    assert.equal(await readSource(account, reader(signal)), undefined);
  });
});

describe('A source that nobody may write to', () => {
  aroundEach();

  const program = `
import { isWritable } from './src/accounts/linked/linkedSource';
const origins = JSON.parse(process.argv.at(-1));
if (process.getuid?.() === 0) process.setuid(65534);
process.send('ready');
process.once('message', async () => {
  process.send(await Promise.all(origins.map(isWritable)));
  process.disconnect();
});
`;

  it('is known before anything is written there', async function () {
    if (process.platform === 'win32') return this.skip();
    const origins: Origin[] = ['open', 'shut'].flatMap((name): Origin[] => {
      const place = join(folder, name);
      mkdirSync(place);
      for (const file of ['data.sqlite3', 'token.json']) writeFileSync(join(place, file), '{}');
      const mode = name === 'open' ? 0o777 : 0o555;
      for (const path of [join(place, 'data.sqlite3'), join(place, 'token.json'), place])
        chmodSync(path, mode);
      return [
        { kind: 'kiro-cli', database: join(place, 'data.sqlite3'), key: 'kirocli:social:token' },
        { kind: 'kiro-ide', file: join(place, 'token.json') },
      ];
    });
    chmodSync(folder, 0o755);
    const other = await OtherProcess.start(program, JSON.stringify(origins));
    assert.deepEqual(await other.ask({}), [true, true, false, false]);
    assert.deepEqual(await isWritable({ kind: 'own' }), true);
  });
});

describe('An account of our own', () => {
  aroundEach();

  it('is linked to nothing', async () => {
    const { account } = await imported('idc');
    assert.equal(await readSource({ ...account, origin: { kind: 'own' } }, reader(signal)), undefined);
  });
});

async function refreshByKiroCli(simulated: SimulatedAccount): Promise<void> {
  const [login] = (await findKiroCliLogins([path], { now: () => now, signal })).logins;
  assert.ok(login);
  await refreshLogin(login.login, {
    http: { fetch, userAgent: 'Kiro-CLI' },
    endpoints: simulator.endpoints,
    now: () => now,
    signal,
  });
  const writer = await startWriter(path);
  for (const [key, value] of Object.entries(rowsOfAccount(simulated).auth ?? {})) {
    await writer.put(key, JSON.stringify(value));
  }
  await writer.end();
}
