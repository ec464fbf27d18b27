import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ErrorCode, KiroError } from '../../src/base/errors';
import type { ReplyPart } from '../../src/kiro/chat/conversation';
import { textOf } from '../fixtures/kiroService';
import { httpError } from '../simulator/httpErrors';
import { html, json } from '../simulator/reply';
import { Simulator } from '../simulator/simulator';
import {
  answer,
  closedAddress,
  cutAt,
  drip,
  endless,
  FaultyServer,
  gzipped,
  type Play,
  type Recorded,
  reply,
  stallAt,
} from './faultyServer';
import { type Operation, operationsOn } from './operations';

// Everything that is asked of the service, with everything that can go wrong between it and us. In each cell: what the
// person is told, how often the request was sent, that it ends, and that the next one works.

/** `ok` where the fault does no harm. */
type Outcome = ErrorCode | 'ok';
/** What becomes of a sign-in request, of a question about the account, and of a chat. */
type Expected = readonly [signIn: Outcome, account: Outcome, chat: Outcome];
type Fault = readonly [play: Play | 'refused' | 'no such host' | 'no TLS', ...expected: Expected];

/** Limits of product code are so much shorter here. */
const speed = 50;
/** Beyond every limit, so that only what hangs gets there. */
const hangsAfterMs = 20_000;
const cuts = 50;

const serviceSays = (status: number): Play =>
  reply(httpError({ status, type: 'SomeException', message: 'No.' }));
const proxySays = (status: number): Play => reply(html(status, '<html><h1>Proxy</h1></html>'));
const flipped = answer(({ body }) => ({
  body: Buffer.from(body.map((byte, at) => (at === 0 || at === body.length >> 1 ? byte ^ 0x55 : byte))),
}));
// 100 MB, and a header that says as much, with a checksum that nobody needs to compute.
const hugeFrame = answer(() => ({ body: Buffer.from('0600000000000010deadbeef'.padEnd(64, '0'), 'hex') }));

const faults: Readonly<Record<string, Fault>> = {
  'the host is not known': ['no such host', 'network', 'network', 'network'],
  'nobody listens': ['refused', 'network', 'network', 'network'],
  'TLS fails': ['no TLS', 'network', 'network', 'network'],
  'the connection breaks before the headers': [cutAt(undefined), 'network', 'network', 'network'],
  'no headers come': [stallAt(undefined), 'timeout', 'timeout', 'timeout'],
  'no body comes': [stallAt(0), 'timeout', 'timeout', 'timeout'],
  'the body stalls': [stallAt(0.5), 'timeout', 'timeout', 'timeout'],
  'the body comes in drops': [drip, 'ok', 'ok', 'ok'],
  'the body is compressed': [gzipped, 'ok', 'ok', 'ok'],
  'the body never ends': [endless, 'protocol', 'protocol', 'protocol'],
  'the body is damaged': [flipped, 'protocol', 'protocol', 'protocol'],
  'the body is empty': [answer(() => ({ body: Buffer.alloc(0) })), 'protocol', 'protocol', 'truncated'],
  'the body is one frame of 100 MB': [hugeFrame, 'protocol', 'protocol', 'protocol'],
  'the body is a page': [proxySays(200), 'protocol', 'protocol', 'protocol'],
  'the body is JSON of another kind': [reply(json(200, 'yes')), 'protocol', 'protocol', 'protocol'],
  // Whatever a proxy makes of the header, JSON is JSON; a stream has to say that it is one.
  'the type of the body is another': [
    answer(({ headers }) => ({ headers: { ...headers, 'content-type': 'text/html' } })),
    'ok',
    'ok',
    'protocol',
  ],
  'the service says 400': [serviceSays(400), 'bad-request', 'bad-request', 'bad-request'],
  'the service says 404': [serviceSays(404), 'bad-request', 'bad-request', 'bad-request'],
  'the service says 408': [serviceSays(408), 'timeout', 'timeout', 'timeout'],
  'the service says 409': [serviceSays(409), 'bad-request', 'bad-request', 'bad-request'],
  'the service says 413': [serviceSays(413), 'bad-request', 'too-long', 'too-long'],
  'the service says 418': [serviceSays(418), 'bad-request', 'bad-request', 'bad-request'],
  'the service says 429': [serviceSays(429), 'rate-limited', 'rate-limited', 'rate-limited'],
  'the service says 500': [serviceSays(500), 'server', 'server', 'server'],
  'the service says 502': [serviceSays(502), 'server', 'server', 'server'],
  'the service says 503': [serviceSays(503), 'server', 'server', 'server'],
  'the service says 504': [serviceSays(504), 'server', 'server', 'server'],
  // A login is ended by the service's own word only.
  'a proxy says 400': [proxySays(400), 'network', 'bad-request', 'bad-request'],
  'a proxy says 404': [proxySays(404), 'network', 'bad-request', 'bad-request'],
  'a proxy says 408': [proxySays(408), 'timeout', 'timeout', 'timeout'],
  'a proxy says 413': [proxySays(413), 'network', 'too-long', 'too-long'],
  'a proxy says 429': [proxySays(429), 'rate-limited', 'rate-limited', 'rate-limited'],
  'a proxy says 500': [proxySays(500), 'server', 'server', 'server'],
  'a proxy says 502': [proxySays(502), 'server', 'server', 'server'],
  'a proxy says 503': [proxySays(503), 'server', 'server', 'server'],
  'a proxy says 504': [proxySays(504), 'server', 'server', 'server'],
};

/** What a response that says who may not means differs from request to request. */
const refusals: Readonly<Record<string, Readonly<Record<string, Outcome>>>> = {
  'the service says 401': { refresh: 'signed-out', signIn: 'bad-request', account: 'token-rejected' },
  // Builder ID has no profiles, and the service says it this way.
  'the service says 403': {
    refresh: 'signed-out',
    signIn: 'bad-request',
    account: 'forbidden',
    profiles: 'ok',
  },
  'a proxy says 401': { refresh: 'network', signIn: 'network', account: 'token-rejected' },
  'a proxy says 403': { refresh: 'network', signIn: 'network', account: 'forbidden', profiles: 'ok' },
};

const names = [
  'refresh, social',
  'refresh, OIDC',
  'registration',
  'device poll',
  'catalog',
  'profiles',
  'usage',
  'chat',
];
const columnOf = (name: string) =>
  name === 'chat' ? 2 : ['catalog', 'profiles', 'usage'].includes(name) ? 1 : 0;

describe('a request to the service', () => {
  let folder: string;
  let simulator: Simulator;
  let faulty: FaultyServer;
  let elsewhere: FaultyServer;
  let operations: Record<string, Operation>;
  const recorded = new Map<string, Recorded>();
  const table: string[] = [];
  const redirects = [301, 302, 303, 307, 308];
  const rows = Object.keys({ ...faults, ...refusals }).length + redirects.length + 1;
  const realTimeout = AbortSignal.timeout;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-faults-'));
    simulator = await Simulator.start();
    faulty = await FaultyServer.start();
    elsewhere = await FaultyServer.start();
    operations = await operationsOn(simulator, folder);
    AbortSignal.timeout = (ms) => realTimeout.call(AbortSignal, ms / speed);
    for (const name of names) recorded.set(name, await record(operation(name), simulator));
  });

  after(async () => {
    AbortSignal.timeout = realTimeout;
    await Promise.all([faulty.stop(), elsewhere.stop(), simulator.stop()]);
    rmSync(folder, { recursive: true, force: true });
    // Where only some tests were run, rows are missing.
    if (table.length === rows) writeFileSync('docs/faults.md', documentOf(table));
  });

  const operation = (name: string) => operations[name] ?? assert.fail(`no operation ${name}`);

  /** What the operation comes to at this address. */
  async function outcome(
    name: string,
    address: string,
    play?: Play,
  ): Promise<{ outcome: Outcome; sent: number }> {
    faulty.requests = 0;
    faulty.recorded = recorded.get(name) ?? assert.fail(`nothing recorded of ${name}`);
    if (play) faulty.play = play;
    const endpoints = Object.fromEntries(
      Object.keys(simulator.endpoints).map((service) => [service, address]),
    );
    const controller = new AbortController();
    const hangs = setTimeout(() => controller.abort(new Error(`${name} hangs`)), hangsAfterMs);
    try {
      const result = await operation(name).run({ endpoints, fetch, signal: controller.signal });
      // A chat whose closing events were cut off has all of its text.
      if (name === 'chat') assert.equal(textOf(result as ReplyPart[]), 'Hello, Ada.');
      return { outcome: 'ok', sent: faulty.requests };
    } catch (error) {
      if (!(error instanceof KiroError)) throw error;
      return { outcome: error.code, sent: faulty.requests };
    } finally {
      clearTimeout(hangs);
    }
  }

  async function nextWorks(name: string): Promise<void> {
    operation(name).prepare?.();
    await operation(name).run({
      endpoints: simulator.endpoints,
      fetch,
      signal: new AbortController().signal,
    });
  }

  async function row(
    fault: string,
    address: string,
    play: Play | undefined,
    expected: (name: string) => Outcome,
  ) {
    const cells: string[] = [];
    for (const name of names) {
      const { outcome: came, sent } = await outcome(name, address, play);
      assert.equal(came, expected(name), `${name}: ${came}`);
      const { mostRequests } = operation(name);
      assert.ok(sent <= mostRequests, `${name}: sent ${sent} times`);
      cells.push(`${came} ×${sent}`);
    }
    table.push(`| ${fault} | ${cells.join(' | ')} |`);
    for (const name of names.filter((one) => one !== 'device poll')) await nextWorks(name);
  }

  for (const [fault, [play, ...expected]] of Object.entries(faults)) {
    it(`ends in the right words where ${fault}, and the next one works`, async () => {
      const address =
        play === 'refused'
          ? await closedAddress()
          : play === 'no such host'
            ? 'http://nowhere.invalid'
            : play === 'no TLS'
              ? faulty.url.replace('http:', 'https:')
              : faulty.url;
      await row(
        fault,
        address,
        typeof play === 'function' ? play : undefined,
        (name) => expected[columnOf(name)] as Outcome,
      );
    });
  }

  for (const [fault, outcomes] of Object.entries(refusals)) {
    it(`ends in the right words where ${fault}, and the next one works`, async () => {
      const status = Number(fault.slice(-3));
      const kindOf = (name: string) =>
        name.startsWith('refresh') ? 'refresh' : columnOf(name) > 0 ? 'account' : 'signIn';
      await row(
        fault,
        faulty.url,
        fault.startsWith('a proxy') ? proxySays(status) : serviceSays(status),
        (name) => outcomes[name] ?? outcomes[kindOf(name)] ?? 'ok',
      );
    });
  }

  it('is not sent on to another host, whatever the response says', async () => {
    for (const status of redirects) {
      const redirect = reply({ status, headers: { location: `${elsewhere.url}/take` }, body: '' });
      await row(`the response is a ${status} to another host`, faulty.url, redirect, () => 'network');
    }
    assert.equal(elsewhere.requests, 0);
  });

  it(`is never taken for whole where the body breaks off, at ${cuts} places`, async () => {
    const codes = new Map(names.map((name) => [name, new Set<Outcome>()]));
    for (let cut = 0; cut < cuts; cut++) {
      for (const name of names) {
        const { outcome: came, sent } = await outcome(name, faulty.url, cutAt(cut / cuts));
        codes.get(name)?.add(came);
        assert.ok(sent <= operation(name).mostRequests, `${name}: sent ${sent} times`);
      }
    }
    for (const name of names) {
      const expected = name === 'chat' ? ['truncated', 'ok'] : ['network'];
      assert.deepEqual([...(codes.get(name) ?? [])], expected, name);
    }
    table.push(
      `| the body breaks off, at ${cuts} places | ${names.map((name) => [...(codes.get(name) ?? [])].join(', ')).join(' | ')} |`,
    );
    for (const name of names.filter((one) => one !== 'device poll')) await nextWorks(name);
  });

  it('keeps nothing of a body without end', async () => {
    for (let round = 0; round < 5; round++) await outcome('usage', faulty.url, endless);
    const before = process.memoryUsage().rss;
    for (let round = 0; round < 20; round++) await outcome('usage', faulty.url, endless);
    // Of 20 times 16 MB and more that came.
    assert.ok(process.memoryUsage().rss - before < 160e6, `${process.memoryUsage().rss - before} bytes`);
  });
});

/** The table of what came of each fault, for people. */
function documentOf(table: readonly string[]): string {
  return `# Faults

Written by \`npm run test:faults\`. For each fault between the extension and the service, and each request: what the person is
told (\`ok\` where the fault does no harm), and how often the request was sent. In every cell the request ends by itself, no
credential is lost, and the next request works.

| | ${names.join(' | ')} |
|---|${'---|'.repeat(names.length)}
${table.join('\n')}
`;
}

/** The last response of an operation that goes well, byte by byte. */
async function record(operation: Operation, simulator: Simulator): Promise<Recorded> {
  const ofConnection = /^(content-length|transfer-encoding|connection|keep-alive|date)$/;
  let last: Recorded | undefined;
  operation.prepare?.();
  await operation.run({
    endpoints: simulator.endpoints,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      const body = Buffer.from(await response.clone().arrayBuffer());
      const headers = [...response.headers].filter(([name]) => !ofConnection.test(name));
      last = { status: response.status, headers: Object.fromEntries(headers), body };
      return response;
    },
    signal: new AbortController().signal,
  });
  return last ?? assert.fail('nothing was sent');
}
