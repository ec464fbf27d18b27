import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server, setGlobalProxyFromEnv } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type ConnectionDeps, connectionChecks } from '../../../src/doctor/connectionChecks';
import { assertOk, assertProblem, look } from '../../fixtures/doctor';
import { selfSigned } from '../../fixtures/selfSigned';
import { Simulator } from '../../simulator/simulator';

describe('the doctor, about the connection', () => {
  let simulator: Simulator;
  let servers: Server[];

  beforeEach(async () => {
    simulator = await Simulator.start();
    servers = [];
  });
  afterEach(async () => {
    await simulator.stop();
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  function checks(parts: Partial<ConnectionDeps> = {}) {
    return connectionChecks({
      http: { fetch: (url, init) => fetch(url, init), userAgent: 'kiro-chat-models/test' },
      endpoints: () => simulator.endpoints,
      active: async () => undefined,
      region: () => 'us-east-1',
      now: Date.now,
      ...parts,
    });
  }
  const at = (runtime: string) => checks({ endpoints: () => ({ ...simulator.endpoints, runtime }) });

  async function listening(server: Server, scheme = 'http'): Promise<string> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    return `${scheme}://localhost:${(server.address() as AddressInfo).port}`;
  }
  const answering = (listener: RequestListener) => listening(createServer(listener));

  for (const id of ['runtime', 'management', 'oidc', 'social', 'portal', 'clock'] as const) {
    it(`is content with the service’s ${id}`, async () => assertOk(await look(checks(), id)));
  }

  it('shows nobody a token', async () => {
    await look(checks(), 'runtime');
    assert.equal(simulator.received.length, 1);
    assert.equal(simulator.received[0]?.headers['authorization'], undefined);
  });

  it('tells of a port at which nobody listens, until somebody does', async () => {
    const refused = await answering((_, response) => response.end());
    const [server] = servers.splice(0);
    await new Promise((resolve) => server?.close(resolve));
    assertProblem(await look(at(refused), 'runtime'), /cannot be reached \(ECONNREFUSED\)/, 'Open Setting');
    assertOk(await look(checks(), 'runtime'));
  });

  it('tells of a name that is not known, with the name', async () => {
    const named = { http: { fetch: simulator.fetch, userAgent: '' }, endpoints: () => ({}) };
    assertOk(await look(checks(named), 'runtime'));
    const nowhere = checks({ ...named, endpoints: () => ({ runtime: 'https://gateway.example.org' }) });
    const cause = /The name gateway\.example\.org is not known here \(ENOTFOUND\): check DNS/;
    assertProblem(await look(nowhere, 'runtime'), cause, 'Open Setting');
  });

  it('tells of a certificate that is not trusted, until it is installed', async () => {
    const { key, cert } = selfSigned();
    const base = await listening(
      createTlsServer({ key, cert }, (_, response) => response.end()),
      'https',
    );
    const found = await look(at(base), 'runtime');
    assertProblem(found, /certificate that is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/, 'Open Setting');
    const before = getCACertificates('default');
    setDefaultCACertificates([...before, cert]);
    try {
      assertOk(await look(at(base), 'runtime'));
    } finally {
      setDefaultCACertificates(before);
    }
  });

  it('tells of a proxy that wants to know who asks, until there is none between', async () => {
    const proxy = createServer();
    proxy.on('connect', (_, socket) =>
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n'),
    );
    const address = await listening(proxy);
    const removeProxy = setGlobalProxyFromEnv({ https_proxy: address });
    try {
      const found = await look(at('https://runtime.us-east-1.kiro.dev'), 'runtime');
      assertProblem(found, /proxy wants to know who you are/, 'Open Setting');
    } finally {
      removeProxy();
    }
    assertOk(await look(checks(), 'runtime'));
  });

  it('tells of a network that wants a sign-in first, until there was one', async () => {
    let isSignedIn = false;
    const base = await answering((_, response) => response.writeHead(isSignedIn ? 404 : 511).end());
    assertProblem(await look(at(base), 'runtime'), /wants you to sign in/, 'Check Again');
    isSignedIn = true;
    assertOk(await look(at(base), 'runtime'));
  });

  it('is content where one of two hosts answers, and names the other', async () => {
    const fetchOne: typeof fetch = (url, init) => {
      if (!String(url).includes('.kiro.dev')) return simulator.fetch(String(url), init);
      const cause = Object.assign(new Error(), { code: 'ECONNRESET' });
      return Promise.reject(new TypeError('fetch failed', { cause }));
    };
    const http = { fetch: (url: string, init: RequestInit) => fetchOne(url, init), userAgent: '' };
    const found = await look(checks({ http, endpoints: () => ({}) }), 'runtime');
    assertOk(found);
    assert.match(found.text, /^q\.us-east-1\.amazonaws\.com answers.*kiro\.dev cannot be reached/);
  });

  for (const [hours, words] of [
    [-3, /3 hours|180 minutes ahead of Kiro’s\. Tokens seem to end too early/],
    [1, /60 minutes behind Kiro’s\. Tokens seem to end too late/],
  ] as const) {
    it(`tells of a clock that is ${-hours} hours off, until it is set`, async () => {
      let off = hours * 3_600_000;
      const base = await answering((_, response) => {
        response.setHeader('date', new Date(Date.now() + off).toUTCString());
        response.end();
      });
      const both = () => ({ ...simulator.endpoints, runtime: base, management: base });
      assertProblem(await look(checks({ endpoints: both }), 'clock'), words, 'Check Again');
      off = 0;
      assertOk(await look(checks({ endpoints: both }), 'clock'));
    });
  }
});
