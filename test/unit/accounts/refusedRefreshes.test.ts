import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Account, Health } from '../../../src/accounts/account';
import type { Login } from '../../../src/auth/credentials';
import { refreshLogin } from '../../../src/auth/refresh';
import type { ErrorCode, KiroError } from '../../../src/base/errors';
import type { Fetch } from '../../../src/base/http';
import { healthName } from '../../../src/vscode/messages/accountWords';
import { remediesFor, sentenceFor } from '../../../src/vscode/messages/errorSentences';
import { failureOf, plain } from '../../fixtures/authCalls';
import { putRows, rowsOfAccount, writeKiroCliDatabase } from '../../fixtures/kiroCli';
import { knownLoginOf, loginOf } from '../../fixtures/logins';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { openWindow, own, refreshAt, storedIn, type Window } from '../../fixtures/window';
import type { Method, SimulatedAccount } from '../../simulator/account';
import { throttled } from '../../simulator/httpErrors';
import { oidcError } from '../../simulator/oidcErrors';
import type { Operation } from '../../simulator/operations';
import type { HttpReply } from '../../simulator/reply';
import type { Failure } from '../../simulator/scriptedFailures';
import { Simulator } from '../../simulator/simulator';

// Every way a refresh is known to be refused. Each row shows what was sent, what became of the account, and what the
// person reads.

const minute = 60_000;
const hour = 60 * minute;
const signal = new AbortController().signal;
const email = 'ana@example.com';
const { timeout } = AbortSignal;

/** What no service can answer, because it is not reached. */
type Trouble = 'no-such-host' | 'bad-certificate';
type Answer = Failure | Trouble;

let folder: string;
let now: number;
let simulator: Simulator;
let window: Window;
/** Why the next requests do not even arrive. */
let trouble: Trouble | undefined;
/** What happens elsewhere while a refresh of ours is being refused. */
let meanwhile: () => unknown;

function aroundEach(): void {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-refusals-'));
    now = Date.UTC(2026, 10, 21);
    simulator = await Simulator.start({ now: () => now });
    trouble = undefined;
    meanwhile = () => undefined;
    const refresh = async (login: Login) => {
      const http = { fetch: troubled, userAgent: 'kiro-chat-models/test' };
      const call = { http, endpoints: simulator.endpoints, now: () => now, signal };
      try {
        return await refreshLogin(login, call);
      } catch (error) {
        await meanwhile();
        throw error;
      }
    };
    window = openWindow({
      secrets: new MemorySecrets(),
      simulator,
      now: () => now,
      folder,
      parts: { refresh },
    });
  });
  afterEach(async () => {
    AbortSignal.timeout = timeout;
    window.sessions.dispose();
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });
}

const troubled: Fetch = async (url, init) => {
  if (trouble === undefined) return await fetch(url, init);
  const code = { 'no-such-host': 'ENOTFOUND', 'bad-certificate': 'CERT_HAS_EXPIRED' };
  throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: code[trouble] }) });
};

const aws = (type: string, message = 'no'): HttpReply => ({
  status: 400,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': type },
  body: JSON.stringify({ message }),
});
const idp = (error: string, status = 400): HttpReply => plain(status, { error, error_description: 'no' });
const hotelPage: HttpReply = {
  status: 403,
  headers: { 'content-type': 'text/html' },
  body: '<html>Sign in to this network</html>',
};

type Permanent = [what: string, method: Method, answer: Answer, ended: 'signed-out' | 'registration-expired'];

const permanent: Permanent[] = [
  [
    'invalid_grant “Invalid refresh token provided”',
    'idc',
    oidcError('invalid_grant', 'Invalid refresh token provided'),
    'signed-out',
  ],
  [
    'InvalidGrantException of the same text',
    'idc',
    aws('InvalidGrantException', 'Invalid refresh token provided'),
    'signed-out',
  ],
  [
    'invalid_grant “Invalid grant provided”',
    'builder-id',
    oidcError('invalid_grant', 'Invalid grant provided'),
    'signed-out',
  ],
  ['ExpiredTokenException', 'idc', aws('ExpiredTokenException'), 'signed-out'],
  ['InvalidTokenException', 'idc', aws('InvalidTokenException'), 'signed-out'],
  ['ExpiredClientException', 'idc', aws('ExpiredClientException'), 'registration-expired'],
  [
    'invalid_client “Client is expired”',
    'builder-id',
    oidcError('invalid_client', 'Client is expired'),
    'registration-expired',
  ],
  ['invalid_request of OIDC', 'idc', oidcError('invalid_request'), 'signed-out'],
  ['401 of Kiro’s own service', 'google', plain(401, { message: 'no' }), 'signed-out'],
  ['403 of Kiro’s own service', 'github', plain(403, { message: 'no' }), 'signed-out'],
  ['403 of OIDC', 'idc', plain(403, { message: 'no' }), 'signed-out'],
  ['invalid_grant of an identity provider', 'external-idp', idp('invalid_grant'), 'signed-out'],
  ['interaction_required of an identity provider', 'external-idp', idp('interaction_required'), 'signed-out'],
  ['login_required of an identity provider', 'external-idp', idp('login_required'), 'signed-out'],
  ['consent_required of an identity provider', 'external-idp', idp('consent_required'), 'signed-out'],
  ['invalid_scope of an identity provider', 'external-idp', idp('invalid_scope'), 'signed-out'],
  // Its client is the organization's: there is no registration of ours that could have expired.
  ['invalid_client of an identity provider', 'external-idp', idp('invalid_client', 401), 'signed-out'],
  [
    'unauthorized_client of an identity provider',
    'external-idp',
    idp('unauthorized_client', 401),
    'signed-out',
  ],
];

const raced: [what: string, method: Method, answer: HttpReply][] = [
  ['invalid_grant “Invalid grant provided”', 'idc', oidcError('invalid_grant', 'Invalid grant provided')],
  ['invalid_request of OIDC', 'idc', oidcError('invalid_request')],
  ['401 of Kiro’s own service', 'google', plain(401, { message: 'no' })],
  ['403 of Kiro’s own service', 'github', plain(403, { message: 'no' })],
];

type Temporary = [what: string, method: Method, answer: Answer, code: ErrorCode, says: RegExp];

const busy = /Kiro is receiving too many requests from this account\./;
const itsOwn = /Kiro had an internal error\. Try again in a moment\./;
const unreached = /Kiro could not be reached.*Check your connection and proxy settings\./;
const late = /Kiro did not respond in time\. Check your connection, or try again in a moment\./;
const temporary: Temporary[] = [
  ['429 of OIDC', 'idc', throttled(), 'rate-limited', busy],
  ['429 of Kiro’s own service', 'google', throttled(), 'rate-limited', busy],
  ['429 of an identity provider', 'external-idp', plain(429, {}), 'rate-limited', busy],
  ['slow_down', 'idc', oidcError('slow_down'), 'rate-limited', busy],
  ['500 “Unexpected issue”', 'idc', plain(500, { message: 'Unexpected issue' }), 'server', itsOwn],
  ['503 of Kiro’s own service', 'google', plain(503, { message: 'no' }), 'server', itsOwn],
  ['503 of an identity provider', 'external-idp', plain(503, {}), 'server', itsOwn],
  ['a broken connection', 'google', 'break', 'network', unreached],
  ['a name that is not found', 'idc', 'no-such-host', 'network', /not be reached \(ENOTFOUND\)/],
  ['a bad certificate', 'idc', 'bad-certificate', 'network', /not be reached \(CERT_HAS_EXPIRED\)/],
  ['no answer in time', 'google', 'stall', 'timeout', late],
  ['a sign-in page of the network', 'idc', hotelPage, 'network', unreached],
];

const operationOf = (method: Method): Operation =>
  method === 'external-idp'
    ? 'identity-token'
    : method === 'google' || method === 'github'
      ? 'social-refresh'
      : 'token';

describe('A refresh that is refused for good', () => {
  aroundEach();

  for (const [what, method, answer, ended] of permanent) {
    it(`by ${what} is sent once, ends the account as ${ended}, and is told once, in words`, async () => {
      const { id, first } = await person(method);
      const told: Health[] = [];
      window.store.onDidChangeHealth(({ account }) => told.push(account.health));
      prepare(method, answer);
      now += hour;
      const diedAt = now;
      const read: KiroError[] = [];
      for (let tried = 0; tried < 3; tried++) {
        read.push(await failureOf(window.sessions.current({ signal }), simulator.issuedSecrets));
        await window.sessions.keepAlive(id);
        now += hour;
      }
      assert.deepEqual(refreshesSent(), [first]);
      const { health, condition } = await storedIn(window.store, id);
      assert.deepEqual([health, condition?.since, told], [ended, diedAt, [ended]]);
      assert.equal(condition?.reason, read[0]?.reason);
      for (const error of read) assertSaysHowToSignIn(error, ended);
    });
  }

  it('ends the account even while its access token would still serve', async () => {
    const { simulated, id } = await person('idc');
    simulated.revokeRefreshToken();
    now += 55 * minute;
    await assert.rejects(window.sessions.current({ signal }), { code: 'signed-out' });
    assert.equal((await storedIn(window.store, id)).condition?.reason, 'invalid_grant');
    await assert.rejects(window.sessions.current({ signal }), { code: 'signed-out', reason: 'login-ended' });
  });
});

describe('A refresh that is refused because Kiro CLI renewed the same login first', () => {
  aroundEach();

  for (const [what, method, answer] of raced) {
    it(`by ${what} is followed by reading its database again, and nothing is told`, async () => {
      const { simulated, id, first } = await personOfKiroCli(method);
      now += hour;
      simulator.failNext(operationOf(method), answer);
      meanwhile = async () => {
        meanwhile = () => undefined;
        await renewedByKiroCli(simulated, hour);
      };
      const session = await window.sessions.current({ signal });
      assert.equal(session.accessToken, simulated.accessToken);
      // Ours, and that of Kiro CLI.
      assert.deepEqual(refreshesSent(), [first, first]);
      assert.equal((await storedIn(window.store, id)).health, 'active');
    });

    it(`by ${what} is sent once more, with what is in its database now, where that ends, too`, async () => {
      const { simulated, id, first } = await personOfKiroCli(method);
      now += hour;
      simulator.failNext(operationOf(method), answer);
      let theirs = '';
      meanwhile = async () => {
        meanwhile = () => undefined;
        theirs = await renewedByKiroCli(simulated, minute);
      };
      const session = await window.sessions.current({ signal });
      assert.equal(session.accessToken, simulated.accessToken);
      assert.deepEqual(refreshesSent(), [first, first, theirs]);
      assert.equal((await storedIn(window.store, id)).health, 'active');
    });
  }
});

describe('A refresh that is refused for now', () => {
  aroundEach();

  for (const [what, method, answer, code, says] of temporary) {
    it(`by ${what} leaves the access token in use to its end and the account well, and is sent again`, async () => {
      const { simulated, id, first } = await person(method);
      const told: Health[] = [];
      window.store.onDidChangeHealth(({ account }) => told.push(account.health));
      prepare(method, answer);
      now += 55 * minute;
      assert.equal((await window.sessions.current({ signal })).accessToken, simulated.accessToken);
      prepare(method, answer);
      now += hour;
      const error = await failureOf(window.sessions.current({ signal }), simulator.issuedSecrets);
      assert.equal(error.code, code);
      assert.match(sentenceFor(error), says);
      trouble = undefined;
      AbortSignal.timeout = timeout;
      assert.equal((await window.sessions.current({ signal })).accessToken, simulated.accessToken);
      assert.deepEqual(refreshesSent(), isTrouble(answer) ? [first] : [first, first, first]);
      const { health, condition } = await storedIn(window.store, id);
      assert.deepEqual([health, condition, told], ['active', undefined, []]);
    });
  }
});

function prepare(method: Method, answer: Answer): void {
  // A service that says nothing is not waited for as long as in life.
  if (answer === 'stall') AbortSignal.timeout = () => timeout.call(AbortSignal, 200);
  if (isTrouble(answer)) trouble = answer;
  else simulator.failNext(operationOf(method), answer);
}

function isTrouble(answer: Answer): answer is Trouble {
  return answer === 'no-such-host' || answer === 'bad-certificate';
}

interface PersonHere {
  simulated: SimulatedAccount;
  id: string;
  /** The refresh token the account begins with. */
  first: string;
}

async function person(method: Method): Promise<PersonHere> {
  const simulated = simulator.addAccount({ method, email });
  const login = loginOf(simulated);
  const { identityProvider } = simulator;
  const grant = { kind: 'externalIdp' as const, ...identityProvider, scopes: [] };
  const arrival = method === 'external-idp' ? { ...login, grant } : login;
  const { account } = await window.store.add({ login: arrival, origin: own });
  return here(simulated, account);
}

const database = () => join(folder, 'data.sqlite3');

async function personOfKiroCli(method: Method): Promise<PersonHere> {
  const simulated = simulator.addAccount({ method, email });
  writeKiroCliDatabase(database(), { mode: 'wal', ...rowsOfAccount(simulated) });
  const key = method === 'idc' ? 'kirocli:odic:token' : 'kirocli:social:token';
  const origin = { kind: 'kiro-cli' as const, database: database(), key };
  const { account } = await window.store.add({ login: knownLoginOf(simulated), origin });
  return here(simulated, account);
}

function here(simulated: SimulatedAccount, { id }: Account): PersonHere {
  return { simulated, id, first: simulated.refreshToken };
}

/** Answers the refresh token that is in the database then. */
async function renewedByKiroCli(simulated: SimulatedAccount, lifetimeMs: number): Promise<string> {
  simulated.tokenLifetimeMs = lifetimeMs;
  await refreshAt(simulator, loginOf(simulated), { now: () => now, signal });
  simulated.tokenLifetimeMs = hour;
  const connection = new Database(database());
  putRows(connection, rowsOfAccount(simulated));
  connection.close();
  return simulated.refreshToken;
}

/** The refresh token of every request, which are refreshes all of them. */
function refreshesSent(): (string | undefined)[] {
  return simulator.received.map(({ body, text }) => {
    const json = body as { refreshToken?: string } | undefined;
    return json?.refreshToken ?? new URLSearchParams(text).get('refresh_token') ?? undefined;
  });
}

function assertSaysHowToSignIn(error: KiroError, ended: Permanent[3]): void {
  const says = {
    'signed-out': /^This Kiro sign-in has expired\. Sign in again/,
    'registration-expired': /registration with AWS has expired.*Sign in again/,
  };
  assert.match(sentenceFor(error), says[ended]);
  assert.equal(remediesFor(error)[0]?.label, 'Sign In Again…');
  assert.match(healthName(ended), /sign in again$/);
}
