import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Health } from '../../../src/accounts/account';
import { Standings } from '../../../src/accounts/health';
import { type ErrorCode, KiroError } from '../../../src/base/errors';
import { Hosts } from '../../../src/kiro/hosts';
import { KiroHttp } from '../../../src/kiro/http';
import { Management } from '../../../src/kiro/management';
import { loginOf } from '../../fixtures/logins';
import { MemorySecrets } from '../../fixtures/memorySecrets';
import { openWindow, own, storedIn, type Window } from '../../fixtures/window';
import type { Method, SimulatedAccount } from '../../simulator/account';
import type { Failure } from '../../simulator/failures';
import {
  accessDenied,
  conflict,
  highLoad,
  modelUnavailable,
  monthlyLimit,
  notAuthorized,
  overageLimit,
  profileArnRequired,
  suspended,
  throttled,
  tokenRejected,
  unauthorized,
  validationError,
} from '../../simulator/httpErrors';
import { oidcError } from '../../simulator/oidcErrors';
import type { Operation } from '../../simulator/operations';
import type { HttpReply } from '../../simulator/reply';
import { Simulator } from '../../simulator/simulator';

const minute = 60_000;
const hour = 60 * minute;
const signal = new AbortController().signal;

let folder: string;
let now: number;
let simulator: Simulator;
let window: Window;

function aroundEach(): void {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiro-refusals-'));
    now = Date.UTC(2026, 10, 21);
    simulator = await Simulator.start({ now: () => now });
    window = openWindow({ secrets: new MemorySecrets(), simulator, now: () => now, folder });
  });
  afterEach(async () => {
    window.sessions.dispose();
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true });
  });
}

async function person(method: Method): Promise<{ simulated: SimulatedAccount; id: string }> {
  const simulated = simulator.addAccount({ method, email: 'ana@example.com' });
  const { account } = await window.store.add({ login: loginOf(simulated), origin: own });
  return { simulated, id: account.id };
}

const aws = (type: string): HttpReply => ({
  status: 400,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': type },
  body: JSON.stringify({ message: 'no' }),
});
const plain = (status: number, body: object = { message: 'no' }): HttpReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const html = (status: number): HttpReply => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: '<html>Sign in to this network</html>',
});
const serviceError = (status: number): HttpReply => plain(status, { error: 'server_error' });

type Row = [what: string, method: Method, failure: Failure, code: ErrorCode];

const permanent: Row[] = [
  ['invalid_grant', 'idc', oidcError('invalid_grant', 'Invalid refresh token provided'), 'signed-out'],
  ['InvalidGrantException', 'idc', aws('InvalidGrantException'), 'signed-out'],
  ['ExpiredTokenException', 'idc', aws('ExpiredTokenException'), 'signed-out'],
  ['InvalidTokenException', 'idc', aws('InvalidTokenException'), 'signed-out'],
  ['ExpiredClientException', 'idc', aws('ExpiredClientException'), 'registration-expired'],
  ['invalid_client', 'builder-id', oidcError('invalid_client', 'Client is expired.'), 'registration-expired'],
  ['invalid_request', 'idc', oidcError('invalid_request'), 'signed-out'],
  ['401 from Kiro’s own service', 'google', plain(401), 'signed-out'],
  ['403 from Kiro’s own service', 'github', plain(403), 'signed-out'],
];
const temporary: Row[] = [
  ['429', 'idc', throttled(), 'rate-limited'],
  ['slow_down', 'idc', oidcError('slow_down'), 'rate-limited'],
  ['500, “Unexpected issue”', 'idc', serviceError(500), 'server'],
  ['503 from Kiro’s own service', 'google', serviceError(503), 'server'],
  ['a broken connection', 'google', 'break', 'network'],
  ['a sign-in page of the network', 'idc', html(403), 'network'],
];

const operationOf = (method: Method): Operation =>
  method === 'google' || method === 'github' ? 'social-refresh' : 'token';

describe('A refresh that is refused for good', () => {
  aroundEach();

  for (const [what, method, failure, code] of permanent) {
    it(`by ${what} ends the login, is told once, and is never repeated`, async () => {
      const { id } = await person(method);
      const told: Health[] = [];
      window.store.onDidChangeHealth(({ account }) => told.push(account.health));
      simulator.failNext(operationOf(method), failure);
      now += hour;
      for (let tried = 0; tried < 3; tried++) {
        await assert.rejects(window.sessions.current({ signal }), hasCode(code));
        await window.sessions.keepAlive(id);
        now += hour;
      }
      const { health, condition } = await storedIn(window.store, id);
      assert.deepEqual([health, condition?.since, told], [code, now - 3 * hour, [code]]);
      assert.ok(condition?.reason);
      assert.equal(simulator.received.length, 1);
    });
  }

  it('is told to be so even while the access token would still serve', async () => {
    const { simulated, id } = await person('idc');
    simulated.revokeRefreshToken();
    now += 55 * minute;
    await assert.rejects(window.sessions.current({ signal }), hasCode('signed-out'));
    assert.equal((await storedIn(window.store, id)).condition?.reason, 'invalid_grant');
  });
});

describe('A refresh that is refused for now', () => {
  aroundEach();

  for (const [what, method, failure, code] of temporary) {
    it(`by ${what} leaves the access token in use to its end, and the account well`, async () => {
      const { simulated, id } = await person(method);
      simulator.failNext(operationOf(method), failure);
      now += 55 * minute;
      const before = simulated.accessToken;
      assert.equal((await window.sessions.current({ signal })).accessToken, before);
      simulator.failNext(operationOf(method), failure);
      now += hour;
      await assert.rejects(window.sessions.current({ signal }), hasCode(code));
      assert.equal((await storedIn(window.store, id)).health, 'active');
      assert.equal((await window.sessions.current({ signal })).accessToken, simulated.accessToken);
      assert.equal(simulator.received.length, 3);
    });
  }
});

describe('A request that is refused', () => {
  aroundEach();

  interface Meaning {
    health: Health;
    /** How many refreshes it led to. */
    refreshes: number;
    code?: ErrorCode;
  }
  const well = (code: ErrorCode): Meaning => ({ health: 'active', refreshes: 0, code });
  const rows: [what: string, reply: HttpReply, times: number, meaning: Meaning][] = [
    ['401', unauthorized(), 1, { health: 'active', refreshes: 1 }],
    ['403, the bearer token is invalid', tokenRejected(), 1, { health: 'active', refreshes: 1 }],
    ['403, “Invalid token”', accessDenied('Invalid token'), 1, { health: 'active', refreshes: 1 }],
    [
      '403, the bearer token is invalid, again and again',
      tokenRejected(),
      4,
      { health: 'active', refreshes: 1, code: 'token-rejected' },
    ],
    ['403, not authorized', notAuthorized(), 4, well('forbidden')],
    ['403, FEATURE_NOT_SUPPORTED', accessDenied('no', 'FEATURE_NOT_SUPPORTED'), 4, well('forbidden')],
    ['403, suspended', suspended(), 1, { health: 'suspended', refreshes: 0, code: 'suspended' }],
    [
      '403, suspended, as it was worded before',
      accessDenied('Your User ID (d-90) temporarily is suspended'),
      1,
      { health: 'suspended', refreshes: 0, code: 'suspended' },
    ],
    ['400, profileArn is required', profileArnRequired(), 4, well('forbidden')],
    ['400, improperly formed', validationError(), 4, well('bad-request')],
    ['402, monthly limit', monthlyLimit(), 1, { health: 'out-of-credits', refreshes: 0, code: 'quota' }],
    [
      '429, monthly limit',
      throttled('MONTHLY_REQUEST_COUNT'),
      1,
      { health: 'out-of-credits', refreshes: 0, code: 'quota' },
    ],
    ['402, overages', overageLimit(), 1, { health: 'out-of-credits', refreshes: 0, code: 'quota' }],
    ['429, daily limit', throttled('DAILY_REQUEST_COUNT'), 1, well('rate-limited')],
    ['429, capacity', throttled('INSUFFICIENT_MODEL_CAPACITY'), 1, well('capacity')],
    ['500, high load', highLoad(), 1, well('capacity')],
    ['500, model unavailable', modelUnavailable(), 1, well('capacity')],
    ['409', conflict(), 1, well('bad-request')],
  ];

  for (const [what, reply, times, { health, refreshes, code }] of rows) {
    it(`with ${what} leaves the account ${health} after ${refreshes || 'no'} refresh`, async () => {
      const { id } = await person('idc');
      for (let time = 0; time < times; time++) simulator.failNext('usage', reply);
      const http = new KiroHttp(
        { fetch, userAgent: 'test' },
        new Hosts(() => simulator.endpoints),
        window.sessions,
        () => false,
        () => now,
      );
      const outcome = await new Management(http).identity({ signal }).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (outcome) await new Standings(window.store).failed(id, outcome);
      assert.equal(outcome instanceof KiroError ? outcome.code : outcome, code);
      assert.equal((await storedIn(window.store, id)).health, health);
      assert.equal(simulator.received.filter(({ path }) => path === '/token').length, refreshes);
    });
  }
});

function hasCode(code: ErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof KiroError && error.code === code;
}
