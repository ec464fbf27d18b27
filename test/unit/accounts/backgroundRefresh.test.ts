import assert from 'node:assert/strict';
import type { Account } from '../../../src/accounts/account';
import { AccountStore } from '../../../src/accounts/storage/accountStore';
import {
  BackgroundRefresh,
  type BackgroundRefreshDeps,
} from '../../../src/accounts/tokens/backgroundRefresh';
import type { Sessions } from '../../../src/accounts/tokens/sessions';
import { KiroError, needsSignIn } from '../../../src/base/errors';
import type { Lock } from '../../../src/base/fileLock';
import { healthIs } from '../../fixtures/accountChanges';
import { knownLoginOf, loginOf } from '../../fixtures/logins';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { silentLogger } from '../../fixtures/silentLogger';
import { VirtualTime } from '../../fixtures/virtualTime';
import { own, refreshAt, sessionsOf } from '../../fixtures/window';
import type { SimulatedAccount } from '../../simulator/account';
import { serviceUnavailable } from '../../simulator/httpErrors';
import { Simulator } from '../../simulator/simulator';

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2026, 10, 21);
const { signal } = new AbortController();

let time: VirtualTime;
let simulator: Simulator;
let secrets: MemorySecrets;
let store: AccountStore;
let sessions: Sessions;
let keeper: BackgroundRefresh;
let naps: number[];
let atOnce: number;
let mostAtOnce: number;

function aroundEach(): void {
  beforeEach(async () => {
    time = new VirtualTime(start);
    simulator = await Simulator.start({ now: time.now });
    secrets = new MemorySecrets();
    store = new AccountStore(secrets, time.now);
    naps = [];
    atOnce = 0;
    mostAtOnce = 0;
    sessions = sessionsOf({
      accounts: store,
      refresh: async (login, signal) => {
        atOnce++;
        mostAtOnce = Math.max(mostAtOnce, atOnce);
        try {
          return await refreshAt(simulator, login, { now: time.now, signal });
        } finally {
          atOnce--;
        }
      },
      readSource: async () => undefined,
      now: time.now,
      wait: async () => undefined,
      logger: silentLogger,
    });
    keeper = keeperOf();
  });
  afterEach(async () => {
    keeper.dispose();
    sessions.dispose();
    await simulator.stop();
  });
}

function keeperOf(parts: Partial<BackgroundRefreshDeps> = {}): BackgroundRefresh {
  return new BackgroundRefresh({
    accounts: store,
    sessions,
    now: time.now,
    random: () => 0.5,
    wait: async (ms, signal) => {
      naps.push(ms);
      await time.sleep(ms, signal);
    },
    logger: silentLogger,
    ...parts,
  });
}

async function person(): Promise<{ simulated: SimulatedAccount; account: Account }> {
  const simulated = simulator.addAccount({
    method: 'idc',
    email: `${simulator.accounts.length}@example.com`,
  });
  const { account } = await store.add({ login: knownLoginOf(simulated), origin: own });
  return { simulated, account };
}

/** Lets the keeper keep until that long from the start. */
async function keptFor(ms: number): Promise<void> {
  time.at(start + ms, () => keeper.dispose());
  await keeper.run();
}

const refreshes = () => simulator.received.length;

describe('The keeper', () => {
  aroundEach();

  it('renews an account that nobody uses, before its token ends', async () => {
    const { simulated, account } = await person();
    await keptFor(70 * minute);
    assert.equal((await store.find(account.id))?.tokens.access, simulated.accessToken);
    assert.ok(simulated.expiresAt > time.now());
    assert.equal(refreshes(), 1);
  });

  it('sleeps until the next expiry instead of looking again and again', async () => {
    await person();
    let reads = 0;
    const { get } = secrets;
    secrets.get = (key) => {
      reads++;
      return get.call(secrets, key);
    };
    await keptFor(10 * hour);
    assert.ok(reads <= 20 * refreshes(), `${reads} readings for ${refreshes()} refreshes`);
  });

  it('spreads accounts that end at one moment', async () => {
    await person();
    await person();
    let value = 0;
    keeper.dispose();
    keeper = keeperOf({ random: () => (value = (value + 0.5) % 1) });
    await keptFor(52 * minute);
    const [one, other] = simulator.received.map(({ at }) => at);
    assert.ok(one !== undefined && other !== undefined && one !== other);
  });

  it('renews sixty accounts that end together once each, ten at a time', async () => {
    const people = await Promise.all(Array.from({ length: 60 }, () => person()));
    time.jump(hour);
    await keptFor(hour + 1);
    const owners = simulator.received.map(({ account }) => account?.id);
    assert.equal(new Set(owners).size, 60);
    assert.deepEqual([owners.length, mostAtOnce], [60, 10]);
    const stored = new Set((await store.list()).map(({ tokens }) => tokens.access));
    assert.ok(people.every(({ simulated }) => stored.has(simulated.accessToken)));
  });

  it('asks once about each of twenty dead ones among sixty, and never with their tokens again', async () => {
    const people = await Promise.all(Array.from({ length: 60 }, () => person()));
    const dead = people.filter((_, index) => index % 3 === 0).map(({ simulated }) => simulated.refreshToken);
    for (const [index, { simulated }] of people.entries())
      if (index % 3 === 0) simulated.revokeRefreshToken();
    await keptFor(10 * hour);
    const sent = simulator.received.map(({ body }) => (body as { refreshToken: string }).refreshToken);
    assert.deepEqual(sent.filter((token) => dead.includes(token)).sort(), dead.sort());
    // Nor is any other token sent twice: each was used up by its first use.
    assert.equal(new Set(sent).size, sent.length);
    assert.ok(sent.length > 40 * 10, `${sent.length}`);
    const healths = (await store.list()).map(({ health }) => health);
    assert.equal(healths.filter((health) => health === 'signed-out').length, 20);
    assert.ok(mostAtOnce <= 10);
  });

  it('does nothing without accounts until one is added', async () => {
    const running = keeper.run();
    await store.list();
    assert.deepEqual(naps, []);
    time.at(start + 55 * minute, () => keeper.dispose());
    await person();
    await running;
    assert.equal(refreshes(), 1);
  });

  it('never tries a dead account again', async () => {
    const { simulated, account } = await person();
    simulated.revokeRefreshToken();
    const died = new Promise((resolve) => store.onDidChangeHealth(resolve));
    const running = keeper.run();
    await died;
    await time.sleep(30 * 24 * hour);
    keeper.hurry();
    await store.list();
    keeper.dispose();
    await running;
    assert.deepEqual([refreshes(), (await store.find(account.id))?.health], [1, 'signed-out']);
  });

  it('leaves a suspended account alone', async () => {
    const { account } = await person();
    await store.update(account.id, healthIs('suspended'));
    const running = keeper.run();
    await store.list();
    await time.sleep(30 * 24 * hour);
    keeper.hurry();
    await store.list();
    keeper.dispose();
    await running;
    assert.equal(refreshes(), 0);
  });

  it('has nothing to do for an API key', async () => {
    const simulated = simulator.addAccount({ method: 'api-key', email: 'ana@example.com' });
    await store.add({ login: knownLoginOf(simulated), origin: own });
    const running = keeper.run();
    await store.list();
    await store.list();
    keeper.dispose();
    await running;
    assert.deepEqual(naps, []);
  });

  it('waits longer and longer while the service is out of reach, and does not give the account up', async () => {
    const { account } = await person();
    for (let failure = 0; failure < 8; failure++) simulator.failNext('token', serviceUnavailable());
    await keptFor(3 * hour);
    const pauses = simulator.received
      .slice(0, 9)
      .map(({ at }, index, all) => at - (all[index - 1]?.at ?? at));
    assert.ok(pauses.slice(1).every((pause, index, all) => pause >= (all[index - 1] ?? 0)));
    assert.ok(Math.max(...pauses) <= 20 * minute);
    assert.equal((await store.find(account.id))?.health, 'active');
  });

  it('waits as long as the service asks', async () => {
    await person();
    simulator.failNext('token', serviceUnavailable(1200));
    await keptFor(2 * hour);
    const [first, second] = simulator.received;
    assert.ok(first && second && second.at - first.at >= 1_200_000);
  });

  it('tries at once what failed before where the person is back', async () => {
    await person();
    for (let failure = 0; failure < 12; failure++) simulator.failNext('token', serviceUnavailable());
    time.at(start + 90 * minute, () => keeper.hurry());
    await keptFor(90 * minute + 1);
    assert.equal(simulator.received.at(-1)?.at, start + 90 * minute);
  });

  it('waits as long as the service asks even where the person is back', async () => {
    await person();
    simulator.failNext('token', serviceUnavailable(1200));
    for (let at = 51; at < 75; at++) time.at(start + at * minute, () => keeper.hurry());
    await keptFor(2 * hour);
    const [first, second] = simulator.received;
    assert.ok(first && second && second.at - first.at >= 1_200_000, `${second?.at}`);
  });

  it('renews at once what ended while the machine slept', async () => {
    const { simulated } = await person();
    time.at(start + minute, () => {
      time.jump(8 * hour);
      keeper.hurry();
    });
    await keptFor(8 * hour + 2 * minute);
    assert.equal(simulator.received[0]?.at, start + minute + 8 * hour);
    assert.ok(simulated.expiresAt > time.now());
  });

  it('renews within a minute what ended while the machine slept, where nobody tells of it', async () => {
    await person();
    time.at(start + minute, () => time.jump(8 * hour));
    await keptFor(8 * hour + 10 * minute);
    const [renewal] = simulator.received;
    assert.ok(renewal && renewal.at <= start + 8 * hour + 2 * minute, `${renewal?.at}`);
  });

  it('renews accounts even where it cannot take its turn to give notices', async () => {
    const { simulated } = await person();
    const { grant } = loginOf(simulated);
    assert.ok(grant.kind === 'oidc' && grant.clientExpiresAt);
    keeper.dispose();
    const lock: Lock = {
      hold: () => Promise.reject(new KiroError('timeout', { reason: 'refresh-lock' })),
    };
    keeper = keeperOf({ lock, onWarnings: () => assert.fail() });
    time.jump(grant.clientExpiresAt - 10 * 24 * hour - start);
    time.at(time.now() + minute, () => keeper.dispose());
    await keeper.run();
    assert.equal(refreshes(), 1);
  });

  it('does not renew a token that lives shorter than the margin without end', async () => {
    const { simulated } = await person();
    simulated.tokenLifetimeMs = 5 * minute;
    await keptFor(2 * hour);
    assert.ok(refreshes() < 40, `${refreshes()}`);
    assert.ok(simulated.expiresAt > time.now());
  });

  it('gives credits back on the day they come back', async () => {
    const { account } = await person();
    await store.update(account.id, healthIs('out-of-credits', { until: start + 5 * hour }));
    await keptFor(5 * hour - 1);
    assert.equal((await store.find(account.id))?.health, 'out-of-credits');
    keeper = keeperOf();
    await keptFor(5 * hour + minute);
    assert.equal((await store.find(account.id))?.health, 'active');
  });

  it('goes on where the secrets are out of reach for a while', async () => {
    const { simulated } = await person();
    const get = secrets.get.bind(secrets);
    secrets.get = async () => {
      throw new Error('locked');
    };
    time.at(start + 30 * minute, () => {
      secrets.get = get;
    });
    await keptFor(70 * minute);
    assert.ok(simulated.expiresAt > time.now());
  });

  it('stops where it is disposed of, whatever it is doing', async () => {
    await person();
    const running = keeper.run();
    keeper.dispose();
    await running;
    assert.equal(refreshes(), 0);
  });
});

describe('Two hundred days', () => {
  aroundEach();

  const day = 24 * hour;
  let notices: string[];
  let deaths: string[];

  beforeEach(() => {
    notices = [];
    deaths = [];
    store.onDidChangeHealth(({ account }) => deaths.push(`${account.id} ${account.health} ${today()}`));
  });

  const today = () => Math.round((time.now() - start) / day);

  /** Keeps accounts for two hundred days; a person does something at each notice. */
  async function keptWith(onNotice: (account: Account, days: number) => void): Promise<void> {
    keeper = keeperOf({
      wait: (ms, signal) => time.sleep(ms, signal),
      onWarnings: (warnings) => {
        for (const { account, stage: days } of warnings) {
          notices.push(`${account.id} ${days} ${today()}`);
          onNotice(account, days);
        }
      },
    });
    await keptFor(200 * day);
  }

  it('pass without a silent death: registrations are renewed after their notices, and each notice comes once', async function () {
    this.timeout(60_000);
    const people = await Promise.all([person(), person(), person()]);
    for (const { simulated } of people) simulated.tokenLifetimeMs = 8 * hour;
    const pending: Promise<unknown>[] = [];
    const gaps: number[] = [];
    // An hour after midnight, each day: whoever asks then is served.
    for (let number = 1; number < 200; number++) {
      time.at(start + number * day + hour, () => {
        const asked = people.map(({ account }) => sessions.current({ accountId: account.id, signal }));
        pending.push(Promise.all(asked).catch(() => gaps.push(number)));
      });
    }
    await keptWith((account, days) => {
      if (days === 3) pending.push(signInAgain(account));
    });
    await Promise.all(pending);
    assert.deepEqual([deaths, gaps], [[], []]);
    for (const { account } of people) {
      assert.deepEqual(
        notices.filter((line) => line.startsWith(account.id)),
        [14, 3, 14, 3].map((days, index) => `${account.id} ${days} ${index < 2 ? 90 - days : 177 - days}`),
      );
    }
    const stored = await store.list();
    assert.ok(stored.every(({ tokens }) => tokens.expiresAt > time.now()));
    assert.deepEqual(
      stored.map(({ id }) => id),
      people.map(({ account }) => account.id),
    );
    assert.ok(simulator.received.every(({ status }) => status === 200));
  });

  it('end the login of whoever heeds no notice on day 90: told once, and asked about once', async function () {
    this.timeout(60_000);
    const { account, simulated } = await person();
    simulated.tokenLifetimeMs = 8 * hour;
    // The keeper has nothing to wait for then, so that somebody else has to let the time pass.
    store.onDidChangeHealth(() => void time.sleep(200 * day));
    await keptWith(() => undefined);
    assert.deepEqual(notices, [`${account.id} 14 76`, `${account.id} 3 87`]);
    assert.deepEqual(deaths, [`${account.id} registration-expired 90`]);
    const refused = simulator.received.filter(({ status }) => status !== 200);
    assert.deepEqual([refused.length, simulator.received.at(-1)], [1, refused[0]]);
  });

  /** What a person does at a notice: a new device login, into the same account. */
  async function signInAgain({ id, userId, email, label }: Account): Promise<void> {
    const again = simulator.addAccount({ method: 'idc', email: email ?? label });
    again.tokenLifetimeMs = 8 * hour;
    const { outcome } = await store.replaceLogin(id, { login: { ...loginOf(again), userId }, origin: own });
    assert.equal(outcome, 'replaced');
  }
});

describe('Keeping alive', () => {
  aroundEach();

  it('fails where a person would still be served, so that the keeper tries again', async () => {
    const { account } = await person();
    time.jump(55 * minute);
    simulator.failNext('token', serviceUnavailable());
    await assert.rejects(
      sessions.keepAlive(account.id),
      (error) => error instanceof KiroError && !needsSignIn(error),
    );
  });
});
