import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from '../../../src/accounts/account';
import { accountKey } from '../../../src/accounts/storage/accountStore';
import { accountChecks } from '../../../src/doctor/accountChecks';
import { Catalog } from '../../../src/kiro/account/catalog';
import { assertOk, assertProblem, look, lookAll } from '../../fixtures/doctor';
import { connect } from '../../fixtures/kiroService';
import { loginOf } from '../../fixtures/logins';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { openWindow, own, type Window } from '../../fixtures/window';
import type { AccountOptions, SimulatedAccount } from '../../simulator/account';
import { notAuthorized } from '../../simulator/httpErrors';
import { Simulator } from '../../simulator/simulator';

describe('the doctor, about accounts', () => {
  let folder: string;
  let simulator: Simulator;
  let secrets: MemorySecrets;
  let window: Window;
  let region: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-doctor-'));
    simulator = await Simulator.start();
    secrets = new MemorySecrets();
    window = openWindow({ secrets, simulator, now: Date.now, folder });
    region = 'us-east-1';
  });
  afterEach(async () => {
    window.sessions.dispose();
    window.store.dispose();
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function add(options: AccountOptions): Promise<{ simulated: SimulatedAccount; account: Account }> {
    const simulated = simulator.addAccount(options);
    const login = { ...loginOf(simulated), email: options.email };
    return { simulated, account: (await window.store.add({ login, origin: own })).account };
  }
  const google: AccountOptions = { method: 'google', email: 'dev@example.com' };
  const organization: AccountOptions = {
    method: 'idc',
    email: 'dev@example.org',
    startUrl: 'https://acme.awsapps.com/start',
  };

  function checks() {
    const { store: accounts, sessions } = window;
    const [simulated] = simulator.accounts;
    const { management } = connect(simulator, simulated ?? simulator.addAccount(google), { sessions });
    const catalog = new Catalog({
      store: { get: () => undefined, update: async () => undefined },
      read: ({ id }, signal) => management.models({ accountId: id, signal }),
      now: Date.now,
      reportFailure: () => undefined,
    });
    return accountChecks({
      ...{ accounts, sessions, management, catalog },
      region: () => region,
      now: Date.now,
    });
  }

  it('tells that there is no account, until there is one; what needs one is a dash until then', async () => {
    assertProblem(await look(checks(), 'accounts'), /None yet/, 'Add Account…');
    for (const id of ['token', 'profile', 'region', 'catalog'] as const) {
      const { state, text } = await look(checks(), id);
      assert.deepEqual([state, text], ['none', 'Needs an account.']);
    }
    await add(google);
    for (const found of await lookAll(checks(), 'accounts')) assertOk(found);
  });

  it('tells that stored accounts cannot be read, until they are gone', async () => {
    await add(google);
    secrets.values.set(`${accountKey}x`, '{ this is no account');
    const [first, ...accounts] = await lookAll(checks(), 'accounts');
    assertProblem(first, /cannot be read\. Nothing was changed/, 'Repair Account Storage…');
    assert.equal(accounts.length, 1);
    secrets.values.delete(`${accountKey}x`);
    for (const found of await lookAll(checks(), 'accounts')) assertOk(found);
  });

  for (const [health, cause, button] of [
    ['signed-out', /Signed out; sign in again/, 'Sign In Again…'],
    ['registration-expired', /Registration expired/, 'Sign In Again…'],
    ['suspended', /Suspended by Kiro/, 'Contact Support'],
    ['out-of-credits', /Out of credits/, 'Usage at Kiro'],
  ] as const) {
    it(`tells of an account that is ${health}, until it is well`, async () => {
      const { account } = await add(google);
      const is = (state: Account['health']) =>
        window.store.update(account.id, (one) => ({ ...one, health: state }));
      await is(health);
      assertProblem((await lookAll(checks(), 'accounts'))[1], cause, button);
      await is('active');
      assertOk((await lookAll(checks(), 'accounts'))[1]);
    });
  }

  it('tells of a login that has ended, until the person has signed in again', async () => {
    const { account } = await add(google);
    const ended = (one: Account): Account => ({ ...one, health: 'signed-out' });
    await window.store.update(account.id, ended);
    assertProblem(await look(checks(), 'token'), /has expired\. Sign in again/, 'Sign In Again…');
    await window.store.update(account.id, (one) => ({ ...one, health: 'active' }));
    assertOk(await look(checks(), 'token'));
  });

  it('tells of an organization’s account without a profile, until one was selected', async () => {
    const { simulated, account } = await add(organization);
    await window.store.update(account.id, (one) => ({ ...one, profileArn: undefined }));
    assertProblem(await look(checks(), 'profile'), /None is known/, 'Sign In Again…');
    await window.store.update(account.id, (one) => ({ ...one, profileArn: simulated.profileArn }));
    assertOk(await look(checks(), 'profile'));
  });

  it('tells of a profile that the organization no longer offers, until there is another', async () => {
    const { simulated } = await add(organization);
    const { profiles } = simulated;
    simulated.profiles = [
      { arn: 'arn:aws:codewhisperer:us-east-1:111122223333:profile/OTHER', profileName: 'O' },
    ];
    assertProblem(await look(checks(), 'profile'), /no longer offers the profile/, 'Sign In Again…');
    simulated.profiles = profiles;
    assertOk(await look(checks(), 'profile'));
  });

  it('needs no profile for an AWS Builder ID', async () => {
    const { account } = await add({ method: 'builder-id', email: 'dev@example.net' });
    await window.store.update(account.id, (one) => ({ ...one, profileArn: undefined }));
    assert.equal((await look(checks(), 'profile')).state, 'none');
  });

  it('tells of a region that is none, until the setting is right', async () => {
    await add({ method: 'api-key', email: 'dev@example.net' });
    region = 'Virginia';
    assertProblem(await look(checks(), 'region'), /kiroModels\.region has a value/, 'Open Setting');
    region = 'eu-central-1';
    const found = await look(checks(), 'region');
    assertOk(found);
    assert.match(found.text, /eu-central-1, from the setting/);
  });

  it('tells that Kiro gives no models, in Kiro’s own words, until it does', async () => {
    await add(google);
    for (let tried = 0; tried < 4; tried++) simulator.failNext('models', notAuthorized());
    assertProblem(await look(checks(), 'catalog'), /does not allow this account/, 'Show Log');
    simulator.reset();
    const found = await look(checks(), 'catalog');
    assertOk(found);
    assert.match(found.text, /Kiro offers \d+ models/);
  });

  it('tells of a token that Kiro rejects, until there is a login that it takes', async () => {
    const { account } = await add(google);
    await window.store.update(account.id, (one) => ({
      ...one,
      tokens: { ...one.tokens, access: 'aoaRejected', refresh: 'aorRejected' },
    }));
    assertProblem(await look(checks(), 'catalog'), /sign-in has expired|rejected/, 'Sign In Again…');
    const [simulated] = simulator.accounts;
    assert.ok(simulated);
    await window.store.replaceLogin(account.id, { login: loginOf(simulated), origin: own });
    assertOk(await look(checks(), 'catalog'));
  });
});
