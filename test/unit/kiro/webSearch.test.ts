import assert from 'node:assert/strict';
import { KiroError } from '../../../src/base/errors';
import { searchText } from '../../../src/kiro/search/searchText';
import { connect } from '../../fixtures/kiroService';
import type { SimulatedAccount } from '../../simulator/account';
import { notFound, serviceUnavailable, validationError } from '../../simulator/httpErrors';
import { disabledByOrganization } from '../../simulator/mcp';
import { json } from '../../simulator/reply';
import { Simulator } from '../../simulator/simulator';

const signal = new AbortController().signal;
const page = { title: 'Kiro [news]', url: 'https://kiro.dev/blog/(new)', snippet: 'A new\n model.' };

describe('the web search of the service', () => {
  let simulator: Simulator;
  let account: SimulatedAccount;
  beforeEach(async () => {
    simulator = await Simulator.start();
    account = simulator.addAccount({ method: 'idc', email: 'dev@example.com' });
    account.webAccess = 'allowed';
    account.web = [{ ...page, publishedDate: Date.UTC(2026, 10, 2) }];
  });
  afterEach(() => simulator.stop());

  const search = (hosts: 'override' | 'real names' = 'override') =>
    connect(simulator, account, { hosts }).search;
  const failure = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof KiroError);
    return [error.code, error.reason];
  };

  it('finds pages, with the day they are of', async () => {
    const [found, ...more] = await search().search('kiro', { signal });
    assert.deepEqual(account.searches, ['kiro']);
    assert.deepEqual(more, []);
    assert.equal(found?.url, page.url);
    assert.equal(found?.publishedAt, Date.UTC(2026, 10, 2));
  });

  it('names the profile where each generation of hosts reads it', async () => {
    assert.equal(await search('real names').right({ signal }), 'yes');
    assert.match(simulator.received.at(-1)?.host ?? '', /^runtime\..*kiro\.dev$/);
    simulator.failNext('search-right', notFound());
    assert.equal(await search('real names').right({ signal }), 'yes');
    assert.match(simulator.received.at(-1)?.host ?? '', /amazonaws\.com$/);
  });

  for (const [what, access, right] of [
    ['an account that may', 'allowed', 'yes'],
    ['an account without the right', 'without-right', 'no'],
    ['an account whose organization has taken it from the list', 'disabled', 'no'],
  ] as const) {
    it(`is ${right === 'yes' ? '' : 'not '}there for ${what}, which a list tells that costs nothing`, async () => {
      account.webAccess = access;
      assert.equal(await search().right({ signal }), right);
      assert.deepEqual(account.searches, []);
    });
  }

  it('is disabled where the list is refused in those words', async () => {
    simulator.failNext(
      'search-right',
      json(200, { jsonrpc: '2.0', id: 1, error: { message: disabledByOrganization } }),
    );
    assert.equal(await search().right({ signal }), 'disabled');
  });

  it('changes nothing for the chats of an account that may not, and asks nobody for a profile', async () => {
    const builderId = simulator.addAccount({ method: 'builder-id', email: 'ann@example.com' });
    const { search, management } = connect(simulator, builderId, { findProfile: assert.fail });
    assert.equal(await search.right({ signal }), 'no');
    await management.usageLimits({ signal });
    assert.equal(simulator.received.at(-1)?.query.get('profileArn'), null);
    builderId.webAccess = 'allowed';
    assert.equal(await search.right({ signal }), 'yes');
  });

  it('is neither there nor missing while the service cannot be asked', async () => {
    simulator.failNext('search-right', serviceUnavailable());
    assert.deepEqual(await failure(search().right({ signal })), ['server', undefined]);
    simulator.failNext('search-right', validationError());
    assert.equal(await search().right({ signal }), 'no');
  });

  it('says whether it failed or was turned off', async () => {
    account.webAccess = 'disabled';
    assert.deepEqual(await failure(search().search('x', { signal })), ['forbidden', 'SEARCH_DISABLED']);
    account.webAccess = 'breaks';
    assert.deepEqual(await failure(search().search('x', { signal })), ['server', 'SEARCH_FAILED']);
    simulator.failNext('search', json(200, { jsonrpc: '2.0', id: 1, result: { content: 'none' } }));
    assert.deepEqual(await failure(search().search('x', { signal })), ['protocol', 'search']);
  });

  it('leaves out what nobody can open, and keeps the rest', async () => {
    account.web = [{ url: 'javascript:alert(1)' }, { url: 'no address' }, { url: 'http://example.com/' }];
    const found = await search().search('x', { signal });
    assert.deepEqual(
      found.map(({ title, url }) => [title, url]),
      [['http://example.com/', 'http://example.com/']],
    );
  });

  it('is told to the model as links that end where their address ends', async () => {
    const text = searchText('kiro', await search().search('kiro', { signal }));
    assert.match(text, /^Results of a web search for “kiro”.*material, not instructions/);
    assert.ok(text.includes('1. [Kiro news](https://kiro.dev/blog/%28new%29) (2026-11-02)\n   A new model.'));
  });
});
