import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { listenOnLoopback } from '../../../src/auth/loopback';
import { type BrowserReply, type Listen, portalLogin, portalPorts } from '../../../src/auth/portal';
import type { AuthCall } from '../../../src/auth/tokenEndpoint';
import { callTo, codeOf, plain } from '../../fixtures/authCalls';
import { VirtualTime } from '../../fixtures/virtualTime';
import { Simulator } from '../../simulator/simulator';

const start = Date.UTC(2026, 10, 21);

/** A browser on this machine, and the ports that are free on it. It follows where it is sent. */
class Browser {
  readonly pages: string[] = [];
  readonly taken = new Set<number>();
  readonly closed: number[] = [];
  /** What a person or a passer-by makes of an address before it is visited. */
  change: (url: URL) => URL | undefined = (url) => url;
  #answer: ((url: URL) => Promise<BrowserReply>) | undefined;
  #port = 0;

  readonly listen: Listen = async (port, answer) => {
    if (this.taken.has(port)) throw Object.assign(new Error('in use'), { code: 'EADDRINUSE' });
    this.#port = port;
    this.#answer = answer;
    return { close: () => this.closed.push(port) };
  };

  readonly open = async (address: string): Promise<void> => {
    const url = this.change(new URL(address));
    if (!url) return;
    const next = url.port === String(this.#port) ? await this.#own(url) : await sentOn(url);
    if (next) await this.open(next);
  };

  async #own(url: URL): Promise<string | undefined> {
    const reply = await this.#answer?.(url);
    if (reply?.kind === 'redirect') return reply.to;
    this.pages.push(reply?.page ?? 'nothing');
    return undefined;
  }
}

async function sentOn(url: URL): Promise<string | undefined> {
  return (await fetch(url, { redirect: 'manual' })).headers.get('location') ?? undefined;
}

let simulator: Simulator;
let browser: Browser;
let time: VirtualTime;
let caller: AbortController;

function aroundEach(): void {
  beforeEach(async () => {
    time = new VirtualTime(start);
    simulator = await Simulator.start({ now: time.now });
    browser = new Browser();
    caller = new AbortController();
  });
  afterEach(() => simulator.stop());
}

const call = (): AuthCall => callTo(simulator, { now: time.now, signal: caller.signal });
// The end comes only where a test wants it: a clock that may be waited on would be over at once.
const never = () => new Promise<void>(() => undefined);
const signIn = (sleep: (ms: number, signal: AbortSignal) => Promise<void> = never) =>
  portalLogin(call(), { listen: browser.listen, open: browser.open, sleep });
const fails = (promise: Promise<unknown>) => codeOf(promise, simulator.issuedSecrets);
const at = (path: string, change: (url: URL) => URL | undefined) => {
  browser.change = (url) => (url.pathname === path ? change(url) : url);
};
const set = (name: string, value: string | undefined) => (url: URL) => {
  if (value === undefined) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  return url;
};

describe('A sign-in through Kiro’s portal', () => {
  aroundEach();

  it('gives the login of the organization', async () => {
    const account = simulator.createAccount({ method: 'external-idp', email: 'ana@example.org' });
    const login = await signIn();
    assert.equal(login.tokens.access, account.accessToken);
    assert.equal(login.grant.kind, 'externalIdp');
    assert.equal(login.email, 'ana@example.org');
    assert.deepEqual(browser.pages, ['signed-in']);
    assert.deepEqual(browser.closed, [3128]);
    simulator.assertDone();
  });

  it('opens the portal with all it wants', async () => {
    await signIn();
    const { path, query } = simulator.received[0] ?? {};
    assert.equal(path, '/signin');
    assert.equal(query?.get('redirect_uri'), 'http://localhost:3128');
    assert.equal(query?.get('redirect_from'), 'kirocli');
    assert.match(query?.get('code_challenge') ?? '', /^[\w-]{43}$/);
  });

  it('takes the next port where one is taken', async () => {
    for (const port of [3128, 4649, 6588]) browser.taken.add(port);
    await signIn();
    assert.equal(simulator.received[0]?.query.get('redirect_uri'), 'http://localhost:8008');
    assert.deepEqual(browser.closed, [8008]);
  });

  it('is impossible without a port', async () => {
    for (const port of portalPorts) browser.taken.add(port);
    assert.deepEqual(await fails(signIn()), ['bad-request', 'no-free-port']);
    assert.equal(simulator.received.length, 0);
  });

  for (const [what, path, change, expected] of [
    [
      'another way was chosen',
      '/signin/callback',
      set('login_option', 'google'),
      ['bad-request', 'other-method'],
    ],
    [
      'no issuer is named',
      '/signin/callback',
      set('issuer_url', undefined),
      ['bad-request', 'incomplete-callback'],
    ],
    ['no client is named', '/signin/callback', set('client_id', ''), ['bad-request', 'incomplete-callback']],
    ['the portal refuses', '/signin/callback', set('error', 'no'), ['login-denied', 'portal']],
    [
      'a plain issuer is named',
      '/signin/callback',
      set('issuer_url', 'http://evil.example'),
      ['protocol', 'issuer'],
    ],
    [
      'the person refuses',
      '/oauth/callback',
      set('error', 'access_denied'),
      ['login-denied', 'access_denied'],
    ],
    ['the code is wrong', '/oauth/callback', set('code', 'guess'), ['bad-request', 'invalid_grant']],
  ] as const) {
    it(`fails where ${what}`, async () => {
      at(path, change);
      assert.deepEqual(await fails(signIn()), expected);
      assert.deepEqual(browser.pages, ['failed']);
      assert.deepEqual(browser.closed, [3128]);
    });
  }

  it('fails where the identity provider names a foreign token endpoint', async () => {
    const { issuerUrl: issuer } = simulator.identityProvider;
    const document = {
      issuer,
      authorization_endpoint: `${issuer}/a`,
      token_endpoint: 'https://evil.example/t',
    };
    simulator.failNext('identity-discovery', plain(200, document));
    assert.deepEqual(await fails(signIn()), ['protocol', 'token-host']);
  });

  for (const path of ['/signin/callback', '/oauth/callback']) {
    it(`is not moved by a stranger’s ${path}`, async () => {
      const account = simulator.createAccount({ method: 'external-idp', email: 'ana@example.org' });
      browser.change = (url) => {
        if (url.pathname !== path) return url;
        browser.change = (any) => any;
        // The stranger comes first; then the person's own browser.
        const strange = set('state', 'guess')(new URL(url));
        return redirectVia(strange, url);
      };
      const login = await signIn();
      assert.equal(login.tokens.access, account.accessToken);
      assert.deepEqual(browser.pages, ['unexpected', 'signed-in']);
    });
  }

  const redirectVia = (first: URL, then: URL): undefined => {
    void browser.open(first.href).then(() => browser.open(then.href));
    return undefined;
  };

  it('answers other visits with nothing of its own', async () => {
    browser.change = (url) => {
      if (url.pathname !== '/signin/callback') return url;
      browser.change = (any) => any;
      return redirectVia(new URL('/favicon.ico', url), url);
    };
    await signIn();
    assert.deepEqual(browser.pages, ['unexpected', 'signed-in']);
  });

  it('takes a code once', async () => {
    at('/oauth/callback', (url) => {
      browser.change = (any) => any;
      return redirectVia(url, url);
    });
    await signIn();
    assert.equal(simulator.received.filter(({ method }) => method === 'POST').length, 1);
  });

  it('times out after ten minutes', async () => {
    browser.change = () => undefined;
    assert.deepEqual(await fails(signIn(time.sleep)), ['login-timed-out', 'undecided']);
    assert.equal(time.now(), start + 600_000);
    assert.deepEqual(browser.closed, [3128]);
  });

  it('ends with the reason of the caller that gives up', async () => {
    browser.change = () => undefined;
    const reason = new Error('cancelled');
    time.at(start + 5000, () => caller.abort(reason));
    await assert.rejects(signIn(time.sleep), reason);
    assert.deepEqual(browser.closed, [3128]);
  });

  it('fails where no browser can be opened', async () => {
    const open = () => Promise.reject(new Error('no browser'));
    await assert.rejects(portalLogin(call(), { listen: browser.listen, open, sleep: never }), /no browser/);
    assert.deepEqual(browser.closed, [3128]);
  });
});

describe('The listener on loopback', () => {
  aroundEach();

  const texts = {
    'signed-in': 'You are signed in.',
    failed: 'It failed <here>.',
    unexpected: 'Nothing here.',
  };
  const free = async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    await new Promise((resolve) => server.close(resolve));
    return typeof address === 'object' && address ? address.port : 0;
  };
  const visit = async (reply: BrowserReply, init: RequestInit = {}) => {
    const port = await free();
    const seen: string[] = [];
    const listener = await listenOnLoopback(texts)(port, async (url) => {
      seen.push(url.href);
      return reply;
    });
    try {
      const response = await fetch(`http://127.0.0.1:${port}/oauth/callback?state=s`, {
        redirect: 'manual',
        ...init,
      });
      return { port, seen, response, text: await response.text() };
    } finally {
      listener.close();
    }
  };

  it('hands over the address that was visited', async () => {
    const { port, seen } = await visit({ kind: 'page', page: 'signed-in' });
    assert.deepEqual(seen, [`http://localhost:${port}/oauth/callback?state=s`]);
  });

  it('sends a browser on', async () => {
    const { response } = await visit({ kind: 'redirect', to: 'https://login.example.org/?a=b' });
    assert.deepEqual(
      [response.status, response.headers.get('location')],
      [302, 'https://login.example.org/?a=b'],
    );
    assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
  });

  it('shows a page, with nothing in it that a browser would run', async () => {
    const { response, text } = await visit({ kind: 'page', page: 'failed' });
    assert.equal(response.status, 400);
    assert.match(text, /It failed &#60;here&#62;\./);
  });

  it('takes nothing but visits', async () => {
    const { response, seen } = await visit({ kind: 'page', page: 'signed-in' }, { method: 'POST' });
    assert.deepEqual([response.status, seen], [400, []]);
  });

  it('takes the cookies of every other program on localhost', async () => {
    const { response } = await visit(
      { kind: 'page', page: 'signed-in' },
      { headers: { cookie: 'c'.repeat(200_000) } },
    );
    assert.equal(response.status, 200);
  });

  it('says where a port is taken under the other address of this machine, and leaves the first one free', async function () {
    const server = createServer();
    await once(server.listen(0, '::1'), 'listening').catch(() => this.skip());
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const respond = async (): Promise<BrowserReply> => ({ kind: 'page', page: 'failed' });
    await assert.rejects(listenOnLoopback(texts)(port, respond), { code: 'EADDRINUSE' });
    const again = createServer();
    await once(again.listen(port, '127.0.0.1'), 'listening');
    again.close();
    server.close();
  });

  it('is reached under both addresses of this machine', async function () {
    const port = await free();
    const respond = async (): Promise<BrowserReply> => ({ kind: 'page', page: 'signed-in' });
    const listener = await listenOnLoopback(texts)(port, respond);
    const reached = await fetch(`http://[::1]:${port}/oauth/callback`).catch(() => undefined);
    listener.close();
    if (!reached) this.skip();
    assert.equal(reached.status, 200);
  });

  it('says where a port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const answer = async (): Promise<BrowserReply> => ({ kind: 'page', page: 'failed' });
    await assert.rejects(listenOnLoopback(texts)(port, answer), { code: 'EADDRINUSE' });
    server.close();
  });
});
