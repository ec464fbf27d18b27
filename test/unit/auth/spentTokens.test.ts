import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RefreshCandidate } from '../../../src/auth/credentials';
import { redeem, refreshLogin } from '../../../src/auth/refresh';
import { SpentTokens } from '../../../src/auth/spentTokens';
import { KiroError } from '../../../src/base/errors';
import { loginOf } from '../../fixtures/logins';
import type { SimulatedAccount } from '../../simulator/account';
import { Simulator } from '../../simulator/simulator';

const signal = new AbortController().signal;
const social = { kind: 'social', provider: 'Google' } as const;

describe('A refresh token', () => {
  let folder: string;
  let file: string;
  let simulator: Simulator;
  let ana: SimulatedAccount;
  let logged: string[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-spent-'));
    file = join(folder, 'shared', 'spent');
    simulator = await Simulator.start();
    ana = simulator.addAccount({ method: 'google', email: 'ana@example.com' });
    logged = [];
  });
  afterEach(async () => {
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const log = (message: string) => void logged.push(message);
  const logger = { trace: log, debug: log, info: log, warn: log, error: log };
  /** A window, or the same one after a restart. */
  const call = (spent = new SpentTokens(file, logger)) => ({
    http: { fetch, userAgent: 'test' },
    endpoints: simulator.endpoints,
    now: () => Date.now(),
    signal,
    spent,
  });
  const isSpent = { code: 'signed-out', reason: 'spent' };

  it('that was refused is sent to nobody again, in no window and after no restart', async () => {
    const login = loginOf(ana);
    ana.revoke();
    await assert.rejects(refreshLogin(login, call()), { code: 'signed-out', reason: 'http-401' });
    for (let window = 0; window < 3; window++) await assert.rejects(refreshLogin(login, call()), isSpent);
    assert.equal(simulator.received.length, 1);
  });

  it('that was refused is not sent again where the same text is imported once more', async () => {
    const candidate: RefreshCandidate = { grant: social, refresh: ana.refreshToken };
    ana.revoke();
    for (let turn = 0; turn < 3; turn++)
      await assert.rejects(redeem(candidate, call()), { code: 'signed-out' });
    assert.equal(simulator.received.length, 1);
  });

  it('with a client that may be somebody else’s is tried at both services, and at each once', async () => {
    const bob = simulator.addAccount({ method: 'builder-id', email: 'bob@example.com' });
    const { grant } = loginOf(bob);
    assert.ok(grant.kind === 'oidc');
    ana.revoke();
    const candidate: RefreshCandidate = { grant, refresh: ana.refreshToken };
    for (let turn = 0; turn < 3; turn++)
      await assert.rejects(redeem(candidate, call()), { code: 'signed-out' });
    assert.equal(simulator.received.length, 2);
  });

  it('that was used up is not sent again by a window that has not heard of its successor', async () => {
    const login = loginOf(ana);
    await refreshLogin(login, call());
    await assert.rejects(refreshLogin(login, call()), isSpent);
    assert.equal(simulator.received.length, 1);
    await refreshLogin(loginOf(ana), call());
  });

  it('that stays the same after a refresh is sent as often as it takes', async () => {
    ana.rotates = false;
    for (let turn = 0; turn < 3; turn++) await refreshLogin(loginOf(ana), call());
    assert.equal(simulator.received.length, 3);
  });

  it('that nobody answered for is sent again: it may be good still', async () => {
    simulator.failNext('social-refresh', 'break');
    await assert.rejects(refreshLogin(loginOf(ana), call()), { code: 'network' });
    await refreshLogin(loginOf(ana), call());
  });

  it('is not sent at all where its successor could not be stored, and is good still', async () => {
    const refusing = { ...call(), prove: () => Promise.reject(new KiroError('storage')) };
    const candidate: RefreshCandidate = { grant: social, refresh: ana.refreshToken };
    await assert.rejects(refreshLogin(loginOf(ana), refusing), { code: 'storage' });
    await assert.rejects(redeem(candidate, refusing), { code: 'storage' });
    assert.equal(simulator.received.length, 0);
    await refreshLogin(loginOf(ana), call());
  });

  it('is known by a hash, in a file that only its owner may read', async () => {
    const login = loginOf(ana);
    await refreshLogin(login, call());
    const text = readFileSync(file, 'utf8');
    for (const secret of simulator.issuedSecrets) assert.ok(!text.includes(secret));
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o077, 0);
  });

  it('that was refused is remembered when the many that were used up are not', async () => {
    const spent = new SpentTokens(file, logger);
    await spent.add(social, 'refused', 'refused');
    writeFileSync(file, `${readFileSync(file, 'utf8')}${'x used\n'.repeat(5000)}`);
    await spent.add(social, 'used', 'used');
    assert.ok(readFileSync(file, 'utf8').split('\n').length < 3000);
    const other = new SpentTokens(file, logger);
    assert.deepEqual(await Promise.all(['refused', 'used', 'new'].map((one) => other.has(social, one))), [
      true,
      true,
      false,
    ]);
  });

  it('is remembered by the window where no file can be kept, which the log tells once', async () => {
    writeFileSync(join(folder, 'shared'), 'a file, not a folder');
    const window = call();
    const login = loginOf(ana);
    await refreshLogin(login, window);
    await assert.rejects(refreshLogin(login, window), isSpent);
    assert.equal(logged.length, 1);
  });
});
