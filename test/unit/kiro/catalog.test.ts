import assert from 'node:assert/strict';
import { Catalog } from '../../../src/kiro/account/catalog';
import type { Store } from '../../../src/kiro/account/perAccountCache';
import { connect } from '../../fixtures/kiroService';
import type { SimulatedAccount } from '../../simulator/account';
import { serviceUnavailable } from '../../simulator/httpErrors';
import { Simulator } from '../../simulator/simulator';

const hour = 3_600_000;
const signal = new AbortController().signal;

class MemoryStore implements Store {
  readonly values = new Map<string, string>();
  get(key: string): unknown {
    const text = this.values.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }
  async update(key: string, value: unknown): Promise<void> {
    this.values.set(key, JSON.stringify(value));
  }
}

describe('the catalog', () => {
  let simulator: Simulator;
  let account: SimulatedAccount;
  let store: MemoryStore;
  /** Settles when a reading in the background failed. */
  let failed: Promise<unknown>;
  let reportFailure: (error: unknown) => void;
  let now: number;
  beforeEach(async () => {
    simulator = await Simulator.start();
    account = simulator.addAccount({ method: 'google', email: 'dev@example.com' });
    store = new MemoryStore();
    failed = new Promise((resolve) => {
      reportFailure = resolve;
    });
    now = Date.UTC(2026, 0, 1);
  });
  afterEach(() => simulator.stop());

  const owner = () => ({ id: account.id, profileArn: account.profileArn });
  const catalog = () =>
    new Catalog({
      store,
      read: ({ id }, signal) => connect(simulator, account).management.models({ accountId: id, signal }),
      now: () => now,
      reportFailure: (error) => reportFailure(error),
    });
  const changeOf = (of: Catalog) => new Promise<void>((resolve) => of.onDidChange(() => resolve()));
  const asked = () => simulator.received.length;

  it('offers a short built-in list, marked as such, and reads the account’s own behind it', async () => {
    const own = catalog();
    const changed = changeOf(own);
    const first = own.list(owner());
    assert.equal(first.source, 'built-in');
    assert.ok(first.models.length > 0);
    await changed;
    assert.deepEqual(own.list(owner()).source, 'live');
    assert.equal(own.list(owner()).models.length, account.models.length);
    assert.equal(asked(), 1);
  });

  it('remembers the list over a restart', async () => {
    await catalog().refresh(owner(), signal);
    const later = catalog();
    assert.equal(later.list(owner()).source, 'live');
    assert.equal(asked(), 1);
  });

  it('does not believe a list without models: what was known stays, and is read again a minute later', async () => {
    const own = catalog();
    await own.refresh(owner(), signal);
    const known = account.models;
    account.models = [];
    await assert.rejects(own.refresh(owner(), signal), { code: 'protocol', reason: 'no-models' });
    assert.equal(own.list(owner()).models.length, known.length);
    store.values.clear();
    const fresh = catalog();
    fresh.list(owner());
    await failed;
    assert.equal(fresh.list(owner()).source, 'built-in');
    account.models = known;
    now += 61_000;
    const changed = changeOf(fresh);
    fresh.list(owner());
    await changed;
    assert.equal(fresh.list(owner()).source, 'live');
  });

  it('reads a list again that was read before the clock was set back', async () => {
    const own = catalog();
    await own.refresh(owner(), signal);
    now -= 24 * hour;
    account.models = account.models.slice(0, 2);
    const changed = changeOf(own);
    own.list(owner());
    await changed;
    assert.equal(own.list(owner()).models.length, 2);
  });

  it('reads an old list again, while it answers from memory', async () => {
    const own = catalog();
    await own.refresh(owner(), signal);
    now += hour + 1;
    account.models = account.models.slice(0, 2);
    const changed = changeOf(own);
    assert.ok(own.list(owner()).models.length > 2);
    await changed;
    assert.equal(own.list(owner()).models.length, 2);
  });

  it('does not announce a list that is the same', async () => {
    const own = catalog();
    await own.refresh(owner(), signal);
    let changes = 0;
    own.onDidChange(() => changes++);
    await own.refresh(owner(), signal);
    assert.equal(changes, 0);
  });

  it('reads once for all who ask at the same time', async () => {
    const own = catalog();
    await Promise.all([
      own.refresh(owner(), signal),
      own.refresh(owner(), signal),
      own.refresh(owner(), signal),
    ]);
    assert.equal(asked(), 1);
  });

  it('keeps what it has when a reading fails, and waits before the next one', async () => {
    const own = catalog();
    simulator.failNext('models', serviceUnavailable());
    own.list(owner());
    await failed;
    own.list(owner());
    own.list(owner());
    // What they would have asked, they would have asked before this.
    await connect(simulator, account).management.models({ signal });
    assert.equal(asked(), 2);
    now += 61_000;
    const changed = changeOf(own);
    own.list(owner());
    await changed;
    assert.equal(asked(), 3);
  });

  it('is read again, however new, once the service does not know one of its models, and not again in the next minute', async () => {
    const own = catalog();
    await own.refresh(owner(), signal);
    account.models.shift();
    now += 61_000;
    const changed = changeOf(own);
    own.invalidate(account.id);
    await changed;
    own.invalidate(account.id);
    assert.equal(own.list(owner()).models.length, account.models.length);
    assert.equal(asked(), 2);
  });

  it('does not offer the list of another profile', async () => {
    const own = catalog();
    await own.refresh(owner(), signal);
    assert.equal(own.list({ id: account.id, profileArn: 'another' }).source, 'built-in');
  });

  it('forgets the lists of accounts that are gone', async () => {
    const own = catalog();
    await own.refresh(owner(), signal);
    await own.keepOnly([]);
    assert.equal(catalog().list(owner()).source, 'built-in');
  });
});
