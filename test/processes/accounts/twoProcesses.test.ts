import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileSecrets } from '../../fixtures/fileSecrets';
import { knownLoginOf } from '../../fixtures/logins';
import { OtherWindow } from '../../fixtures/otherWindow';
import { openWindow, own, type Window } from '../../fixtures/window';
import type { SimulatedAccount } from '../../simulator/account';
import { Simulator } from '../../simulator/simulator';

const hour = 3_600_000;
const signal = new AbortController().signal;

let folder: string;
let locks: string;
let now: number;
let simulator: Simulator;
let window: Window;
let other: OtherWindow | undefined;
let simulated: SimulatedAccount;

const theirs = async () => (await other?.token(now)) ?? 'no other window';
const token = async () => (await window.sessions.current({ signal })).accessToken;

describe('Two processes with one account', () => {
  // In here: hooks of a file are hooks of every test there is, and this one starts a process.
  beforeEach(async function () {
    this.timeout(10_000);
    folder = mkdtempSync(join(tmpdir(), 'kiro-processes-'));
    locks = join(folder, 'locks');
    now = Date.UTC(2026, 10, 21);
    simulator = await Simulator.start({ now: () => now });
    const file = join(folder, 'secrets.json');
    window = openWindow({ secrets: new FileSecrets(file), simulator, now: () => now, folder });
    simulated = simulator.addAccount({ method: 'idc', email: 'ana@example.com' });
    await window.store.add({ login: knownLoginOf(simulated), origin: own });
    other = undefined;
    other = await OtherWindow.start({ secrets: file, locks, endpoints: simulator.endpoints });
  });
  afterEach(async () => {
    window.sessions.dispose();
    await other?.kill();
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('refresh a token once, twenty times over, whoever is faster', async function () {
    this.timeout(60_000);
    for (let turn = 1; turn <= 20; turn++) {
      now += hour;
      const tokens = await Promise.all(turn % 2 ? [token(), theirs()] : [theirs(), token()]);
      assert.deepEqual(tokens, [simulated.accessToken, simulated.accessToken]);
      assert.equal(simulator.received.length, turn);
    }
    assert.deepEqual(readdirSync(locks), []);
  });

  it('lose nothing where one is killed in the middle of a refresh', async () => {
    now += hour;
    simulator.failNext('token', 'stall');
    const lost = theirs().catch(() => 'killed');
    await simulator.waitFor(() => true);
    await other?.kill();
    void lost;
    const [lock] = readdirSync(locks);
    assert.ok(lock);
    // A minute later, as far as the lock is concerned.
    const before = new Date(Date.now() - 60_000);
    utimesSync(join(locks, lock), before, before);
    assert.equal(await token(), simulated.accessToken);
    assert.equal(simulator.received.length, 2);
  });
});
