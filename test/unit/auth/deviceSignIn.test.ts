/** Every way in by device code, with every way it can end, against the simulated services. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { pollDeviceToken } from '../../../src/auth/awsSsoOidc';
import type { Login } from '../../../src/auth/credentials';
import type { DeviceAuthorization, DevicePoll } from '../../../src/auth/deviceFlow';
import { deviceLogin } from '../../../src/auth/deviceFlow';
import { pollSocialToken, startSocialAuthorization } from '../../../src/auth/kiroSocial';
import { begin, probeSsoRegion } from '../../../src/auth/ssoRegion';
import type { AuthCall } from '../../../src/auth/tokenEndpoint';
import { KiroError } from '../../../src/base/errors';
import type { Fetch } from '../../../src/base/http';
import { VirtualTime } from '../../fixtures/virtualTime';
import type { Method, SimulatedAccount } from '../../simulator/account';
import { serviceUnavailable, throttled } from '../../simulator/httpErrors';
import { Simulator } from '../../simulator/simulator';

const start = Date.UTC(2026, 10, 21, 12);
const acme = 'https://acme.awsapps.com/start';

interface Begun {
  authorization: DeviceAuthorization;
  poll: () => Promise<DevicePoll>;
}

interface Way {
  name: string;
  method: Method;
  path: string;
  operation: 'token' | 'social-poll';
  lifetime: number;
  begin: (call: AuthCall) => Promise<Begun>;
}

const oidc = { path: '/token', operation: 'token', lifetime: 600 } as const;
const social = { path: '/oauth/device/poll', operation: 'social-poll', lifetime: 300 } as const;
const beginSocial = (provider: 'Google' | 'Github') => async (call: AuthCall) => {
  const authorization = await startSocialAuthorization(provider, call);
  return { authorization, poll: () => pollSocialToken(authorization, call) };
};
const beginOidc = (started: (call: AuthCall) => ReturnType<typeof begin>) => async (call: AuthCall) => {
  const { client, authorization } = await started(call);
  return { authorization, poll: () => pollDeviceToken(client, authorization, call) };
};

const ways: Way[] = [
  {
    name: 'AWS Builder ID',
    method: 'builder-id',
    ...oidc,
    begin: beginOidc((call) => begin('us-east-1', undefined, call)),
  },
  {
    name: 'Identity Center of a known region',
    method: 'idc',
    ...oidc,
    begin: beginOidc((call) => begin('eu-west-1', acme, call)),
  },
  {
    name: 'Identity Center of an unknown region',
    method: 'idc',
    ...oidc,
    begin: beginOidc((call) => probeSsoRegion(acme, call)),
  },
  { name: 'Google', method: 'google', ...social, begin: beginSocial('Google') },
  { name: 'GitHub', method: 'github', ...social, begin: beginSocial('Github') },
];

let simulator: Simulator;
let time: VirtualTime;
let account: SimulatedAccount;
let caller: AbortController;
let fetching: Fetch;

const seconds = (...moments: number[]) => moments;
const everyFive = (last: number) => Array.from({ length: last / 5 }, (_, index) => (index + 1) * 5);
const after = (second: number, run: (userCode: string) => void) =>
  time.at(start + second * 1000, () => run(simulator.waitingCodes.at(-1) ?? 'none'));

for (const way of ways) {
  describe(`A sign-in with ${way.name}`, () => {
    beforeEach(async () => {
      time = new VirtualTime(start);
      simulator = await Simulator.start({ now: time.now });
      caller = new AbortController();
      fetching = (url, init) => simulator.fetch(url, init);
    });
    afterEach(() => simulator.stop());

    const create = () =>
      simulator.createAccount({
        method: way.method,
        email: 'ana@example.com',
        ...(way.method === 'idc' ? { startUrl: acme, ssoRegion: 'eu-west-1' } : {}),
      });
    beforeEach(() => {
      account = create();
    });
    /** The same service by another clock. */
    const restart = async (now: () => number) => {
      await simulator.stop();
      simulator = await Simulator.start({ now });
      account = create();
    };

    const signIn = async (): Promise<Login> => {
      const call = {
        http: { fetch: (url: string, init: RequestInit) => fetching(url, init), userAgent: 'test' },
        endpoints: {},
        now: time.now,
        signal: caller.signal,
      };
      const { authorization, poll } = await way.begin(call);
      return await deviceLogin(authorization, poll, {
        now: time.now,
        sleep: time.sleep,
        signal: caller.signal,
      });
    };
    const polls = () =>
      simulator.received.filter(({ path }) => path === way.path).map(({ at }) => (at - start) / 1000);
    const failure = async (): Promise<KiroError> => {
      const error = await signIn().then(
        () => assert.fail('it succeeded'),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof KiroError, String(error));
      const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error);
      for (const secret of simulator.issuedSecrets)
        assert.ok(!shown.includes(secret), 'a secret in an error');
      return error;
    };
    const endsWith = async (code: string, reason: string | undefined) => {
      const error = await failure();
      assert.deepEqual([error.code, error.reason], [code, reason]);
    };

    it('gives the login once the person agrees', async () => {
      after(12, (code) => simulator.approveDevice(code, account));
      const login = await signIn();
      assert.deepEqual(polls(), seconds(5, 10, 15));
      assert.deepEqual(login.tokens, {
        access: account.accessToken,
        refresh: account.refreshToken,
        expiresAt: start + 15_000 + 3_600_000,
      });
      simulator.assertDone();
    });

    it('gives a login that says how it was made', async () => {
      after(1, (code) => simulator.approveDevice(code, account));
      const { grant, profileArn } = await signIn();
      if (grant.kind === 'social') {
        assert.equal(grant.provider, way.method === 'google' ? 'Google' : 'Github');
        assert.equal(profileArn, account.profileArn);
        return;
      }
      assert.deepEqual(grant, {
        kind: 'oidc',
        region: way.method === 'idc' ? 'eu-west-1' : 'us-east-1',
        startUrl: way.method === 'idc' ? acme : undefined,
        clientId: account.clientId,
        clientSecret: account.clientSecret,
        clientExpiresAt: start + 90 * 86_400_000,
      });
    });

    it('is denied where the person refuses', async () => {
      after(12, (code) => simulator.denyDevice(code));
      await endsWith('login-denied', undefined);
      assert.deepEqual(polls(), seconds(5, 10, 15));
    });

    it('times out where nobody decides, with a poll every five seconds', async () => {
      await endsWith('login-timed-out', 'expired');
      assert.deepEqual(polls(), everyFive(way.lifetime));
    });

    it('ends at once where it is cancelled, with the reason of whoever cancelled', async () => {
      const reason = new Error('cancelled');
      after(12, () => caller.abort(reason));
      await assert.rejects(signIn(), reason);
      assert.deepEqual(polls(), seconds(5, 10));
    });

    it('ends at once where it is cancelled in the middle of a poll', async () => {
      const reason = new Error('cancelled');
      simulator.failNext(way.operation, 'stall');
      void simulator.waitFor(({ path }) => path === way.path).then(() => caller.abort(reason));
      await assert.rejects(signIn(), reason);
    });

    it('goes on through a broken connection', async () => {
      simulator.failNext(way.operation, 'break');
      simulator.failNext(way.operation, 'break');
      after(12, (code) => simulator.approveDevice(code, account));
      await signIn();
      assert.deepEqual(polls(), seconds(5, 10, 15));
    });

    it('goes on through an error of the service', async () => {
      simulator.failNext(way.operation, serviceUnavailable());
      after(7, (code) => simulator.approveDevice(code, account));
      await signIn();
      assert.deepEqual(polls(), seconds(5, 10));
    });

    it('polls less often once the service is overrun', async () => {
      simulator.failNext(way.operation, throttled());
      after(7, (code) => simulator.approveDevice(code, account));
      await signIn();
      assert.deepEqual(polls(), seconds(5, 15));
    });

    it('waits as long as an overrun service asks', async () => {
      simulator.failNext(way.operation, throttled(null, 42));
      after(7, (code) => simulator.approveDevice(code, account));
      await signIn();
      assert.deepEqual(polls(), seconds(5, 47));
    });

    it('says that it was the network where it was gone to the end', async () => {
      after(7, () => {
        fetching = () => Promise.reject(new TypeError('fetch failed'));
      });
      await endsWith('login-timed-out', 'network');
      assert.deepEqual(polls(), seconds(5));
      assert.equal(time.now(), start + way.lifetime * 1000);
    });

    it('is asked after once more when the machine wakes past the end', async () => {
      after(12, () => time.jump(3_600_000));
      await endsWith('login-timed-out', 'expired');
      assert.deepEqual(polls(), seconds(5, 10, 3615));
    });

    it('is granted by the last poll where the service still has it', async () => {
      const kept = new VirtualTime(start);
      await restart(kept.now);
      after(12, (code) => {
        simulator.approveDevice(code);
        kept.jump(20_000);
        time.jump(3_600_000);
      });
      const login = await signIn();
      assert.ok(login.tokens.access);
    });

    it('does not depend on two clocks that agree', async () => {
      await restart(() => time.now() + 86_400_000);
      after(7, (code) => simulator.approveDevice(code));
      const { tokens } = await signIn();
      assert.equal(tokens.expiresAt, start + 10_000 + 3_600_000);
    });
  });
}
