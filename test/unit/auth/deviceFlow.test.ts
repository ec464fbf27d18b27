import assert from 'node:assert/strict';
import type { Login } from '../../../src/auth/credentials';
import type { DevicePoll } from '../../../src/auth/deviceFlow';
import { deviceLogin } from '../../../src/auth/deviceFlow';
import { type ErrorCode, KiroError } from '../../../src/base/errors';
import { VirtualTime } from '../../fixtures/virtualTime';

const login: Login = { grant: { kind: 'apiKey' }, tokens: { access: 'a', expiresAt: 0 } };
const granted: DevicePoll = { kind: 'granted', login };
type Outcome = DevicePoll['kind'] | ErrorCode | DevicePoll | KiroError;

/** Waits while the service gives these answers, one per poll; the last one goes on. */
function wait(outcomes: Outcome[], { expiresAt = 600_000, intervalMs = 5000 } = {}) {
  const time = new VirtualTime(0);
  const polls: number[] = [];
  const poll = async (): Promise<DevicePoll> => {
    polls.push(time.now() / 1000);
    const outcome = (outcomes.length > 1 ? outcomes.shift() : outcomes[0]) ?? 'pending';
    if (outcome instanceof KiroError) throw outcome;
    if (typeof outcome === 'object') return outcome;
    if (outcome === 'pending' || outcome === 'slow-down' || outcome === 'denied' || outcome === 'expired')
      return { kind: outcome };
    throw new KiroError(outcome as ErrorCode);
  };
  const { signal } = new AbortController();
  return {
    polls,
    time,
    ended: deviceLogin({ intervalMs, expiresAt }, poll, { now: time.now, sleep: time.sleep, signal }),
  };
}

describe('The wait for a person', () => {
  it('polls once per interval, and not before the first has passed', async () => {
    const { polls, ended } = wait(['pending', 'pending', granted]);
    assert.equal(await ended, login);
    assert.deepEqual(polls, [5, 10, 15]);
  });

  it('keeps to an interval of the service’s own', async () => {
    const { polls, ended } = wait(['pending', granted], { intervalMs: 1000 });
    await ended;
    assert.deepEqual(polls, [1, 2]);
  });

  it('waits five seconds more after each slow_down, from then on', async () => {
    const { polls, ended } = wait(['slow-down', 'pending', 'slow-down', 'pending', granted]);
    await ended;
    assert.deepEqual(polls, [5, 15, 25, 40, 55]);
  });

  it('waits no longer than the code lives, whatever the service asks for', async () => {
    const patient = new KiroError('rate-limited', { retryAfterMs: 40 * 86_400_000 });
    const { polls, ended } = wait([patient, granted], { expiresAt: 60_000 });
    assert.equal(await ended, login);
    assert.deepEqual(polls, [5, 60]);
  });

  it('polls less often after a timeout', async () => {
    const { polls, ended } = wait(['timeout', 'pending', granted]);
    await ended;
    assert.deepEqual(polls, [5, 15, 25]);
  });

  it('goes on after the page of a captive portal, which is no response of the service', async () => {
    const page = new KiroError('protocol', { status: 200, reason: 'body' });
    const { polls, ended } = wait([page, granted]);
    assert.equal(await ended, login);
    assert.deepEqual(polls, [5, 10]);
  });

  it('polls as before after other passing troubles', async () => {
    const { polls, ended } = wait(['network', 'server', granted]);
    await ended;
    assert.deepEqual(polls, [5, 10, 15]);
  });

  it('asks once more at the end, and no more', async () => {
    const { polls, ended } = wait(['pending'], { expiresAt: 12_000 });
    await assert.rejects(ended, { code: 'login-timed-out', reason: 'undecided' });
    assert.deepEqual(polls, [5, 10, 15]);
  });

  it('is granted by that last poll, too', async () => {
    const { ended } = wait(['pending', 'pending', granted], { expiresAt: 12_000 });
    assert.equal(await ended, login);
  });

  for (const code of ['bad-request', 'protocol', 'forbidden'] as const) {
    it(`ends at once for ${code}, which does not pass`, async () => {
      const { polls, ended } = wait([code]);
      await assert.rejects(ended, { code });
      assert.deepEqual(polls, [5]);
    });
  }

  it('does not dress up a mistake of ours', async () => {
    const { signal } = new AbortController();
    const time = new VirtualTime(0);
    const poll = () => Promise.reject(new TypeError('a bug'));
    const waiting = { now: time.now, sleep: time.sleep, signal };
    await assert.rejects(deviceLogin({ intervalMs: 1, expiresAt: 9 }, poll, waiting), TypeError);
  });

  it('does not begin where it is cancelled already', async () => {
    const caller = new AbortController();
    caller.abort(new Error('cancelled'));
    const time = new VirtualTime(0);
    const waiting = { now: time.now, sleep: time.sleep, signal: caller.signal };
    const poll = () => assert.fail('a poll');
    await assert.rejects(deviceLogin({ intervalMs: 1, expiresAt: 9 }, poll, waiting), /cancelled/);
  });
});
