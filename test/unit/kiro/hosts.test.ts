/** Several hosts serve an account, and disagree: whose word counts, and which of them is remembered. */
import assert from 'node:assert/strict';
import { builderIdProfileArn } from '../../../src/auth/credentials';
import type { Fetch } from '../../../src/base/http';
import type { SessionSource } from '../../../src/kiro/transport/session';
import { chatOf, collect, connect, modelOf, type ServiceOptions, textOf } from '../../fixtures/kiroService';
import { type SimulatedAccount, socialProfileArn } from '../../simulator/account';
import { notAuthorized, tokenRejected, validationError } from '../../simulator/httpErrors';
import { html } from '../../simulator/reply';
import { Simulator } from '../../simulator/simulator';
import { closing, fail, text } from '../../simulator/steps';

describe('a request to several hosts', () => {
  const newer = 'runtime.us-east-1.kiro.dev';
  const older = 'q.us-east-1.amazonaws.com';
  let simulator: Simulator;
  let account: SimulatedAccount;
  beforeEach(async () => {
    simulator = await Simulator.start();
    account = simulator.addAccount({ method: 'google', email: 'dev@example.com' });
  });
  afterEach(() => simulator.stop());

  function talk(options: ServiceOptions = {}) {
    const { client, sessions } = connect(simulator, account, {
      hosts: 'real names',
      resending: () => ({ times: 0, delayMs: 1 }),
      ...options,
    });
    const model = modelOf(account, 'claude-opus-4.8');
    const ask = () =>
      collect(client.chat(chatOf('Hi'), model, { signal: new AbortController().signal })).then(textOf);
    return { ask, sessions };
  }
  const asked = () => simulator.chats.map(({ request }) => request.host);

  it('names a Builder ID’s shared profile where one host insists on a profile and the other rejects the token', async () => {
    account = simulator.addAccount({ method: 'builder-id', email: 'ada@example.com' });
    // The newer host insists by itself.
    simulator.script(fail(tokenRejected()));
    simulator.script(text('Hi'), closing());
    const { ask, sessions } = talk();
    assert.equal(await ask(), 'Hi');
    assert.deepEqual(
      simulator.chats.map(({ body }) => body.profileArn),
      [undefined, undefined, builderIdProfileArn],
    );
    // No token was called rejected.
    assert.deepEqual(new Set(sessions.asked), new Set([undefined]));
    simulator.assertDone();
  });

  it('is malformed where a host says so that has served the account, and no other is asked', async () => {
    const { ask, sessions } = talk();
    simulator.script(text('Hi'), closing());
    await ask();
    simulator.script(fail(validationError('REQUEST_BODY_INVALID')));
    await assert.rejects(ask(), { code: 'bad-request', reason: 'REQUEST_BODY_INVALID' });
    assert.deepEqual(asked(), [newer, newer]);
    assert.deepEqual(sessions.asked, [undefined, undefined]);
  });

  it('is malformed where one host says so and the other rejects the token, which is proved then', async () => {
    const { ask, sessions } = talk();
    simulator.script(fail(validationError('REQUEST_BODY_INVALID')));
    simulator.script(fail(tokenRejected()));
    await assert.rejects(ask(), { code: 'bad-request' });
    assert.deepEqual(sessions.asked, [undefined]);
    simulator.assertDone();
  });

  it('is not authorized where the host says so that served the account, whatever a stranger makes of the token', async () => {
    const { ask, sessions } = talk();
    simulator.script(text('Hi'), closing());
    await ask();
    simulator.script(fail(notAuthorized()));
    simulator.script(fail(tokenRejected()));
    await assert.rejects(ask(), { code: 'forbidden' });
    assert.deepEqual(sessions.asked, [undefined, undefined]);
    simulator.assertDone();
  });

  it('is told by the host that answered where the other cannot be connected to', async () => {
    const fetch: Fetch = async (url, init) => {
      if (new URL(url).host !== newer) return simulator.fetch(url, init);
      const cause = Object.assign(new Error('No.'), { code: 'UND_ERR_CONNECT_TIMEOUT' });
      throw new TypeError('fetch failed', { cause });
    };
    const { ask } = talk({ fetch });
    simulator.script(fail(notAuthorized()));
    await assert.rejects(ask(), { code: 'forbidden' });
    simulator.script(text('Hi'), closing());
    assert.equal(await ask(), 'Hi');
    assert.deepEqual(asked(), [older, older]);
  });

  it('remembers no host for a page of a proxy', async () => {
    const { ask } = talk();
    simulator.script(fail(notAuthorized()));
    simulator.script(fail(html(200, '<title>Sign in to the network</title>')));
    await assert.rejects(ask(), { code: 'protocol', reason: 'not-a-stream' });
    simulator.script(text('Hi'), closing());
    assert.equal(await ask(), 'Hi');
    assert.deepEqual(asked(), [newer, older, newer]);
  });

  describe('without a profile, that is not authorized,', () => {
    let sent: (string | undefined)[];
    beforeEach(() => {
      sent = [];
    });
    const fetch: Fetch = async (url, init) => {
      const { profileArn } = JSON.parse(Buffer.from(init.body as Uint8Array).toString()) as {
        profileArn?: string;
      };
      sent.push(profileArn);
      if (profileArn) return simulator.fetch(url, init);
      const { status, headers, body } = notAuthorized();
      return new Response(body, { status, headers });
    };
    const sessions: SessionSource = {
      current: async () => ({
        accountId: account.id,
        accessToken: account.accessToken,
        region: 'us-east-1',
      }),
    };

    it('is sent once more with the profile that is found', async () => {
      const asked: string[] = [];
      const findProfile = async (id: string) => {
        asked.push(id);
        return socialProfileArn;
      };
      simulator.script(text('Hi'), closing());
      assert.equal(await talk({ fetch, sessions, findProfile }).ask(), 'Hi');
      assert.deepEqual(sent, [undefined, undefined, socialProfileArn]);
      assert.deepEqual(asked, [account.id]);
    });

    it('goes to the region of the profile that is found', async () => {
      const profileArn = 'arn:aws:codewhisperer:eu-central-1:123456789012:profile/ABCDEFGHIJKL';
      account = simulator.addAccount({ method: 'idc', email: 'eve@example.com', profileArn });
      let found: string | undefined;
      const kept: SessionSource = {
        current: async () => ({
          accountId: account.id,
          accessToken: account.accessToken,
          region: found ? 'eu-central-1' : 'us-east-1',
          profileArn: found,
        }),
      };
      const findProfile = async () => {
        found = profileArn;
        return profileArn;
      };
      simulator.script(text('Hi'), closing());
      assert.equal(await talk({ fetch, sessions: kept, findProfile }).ask(), 'Hi');
      assert.equal(simulator.chats.at(-1)?.request.host, 'runtime.eu-central-1.kiro.dev');
    });

    it('stays so where there is no profile to be found', async () => {
      const findProfile = async () => undefined;
      await assert.rejects(talk({ fetch, sessions, findProfile }).ask(), { code: 'forbidden' });
      assert.deepEqual(sent, [undefined, undefined]);
    });

    it('is sent with the shared profile where it is a Builder ID’s', async () => {
      account = simulator.addAccount({ method: 'builder-id', email: 'ada@example.com' });
      simulator.script(text('Hi'), closing());
      assert.equal(await talk({ fetch }).ask(), 'Hi');
      assert.deepEqual(sent, [undefined, undefined, builderIdProfileArn]);
    });
  });

  for (const [region, amazon] of [
    ['us-gov-west-1', 'q.us-gov-west-1.amazonaws.com'],
    ['cn-north-1', 'q.cn-north-1.amazonaws.com.cn'],
    ['eusc-de-east-1', 'q.eusc-de-east-1.amazonaws.eu'],
  ] as const) {
    it(`tries the usual hosts in ${region}, and says that Kiro publishes none there where it reaches none`, async () => {
      account.profileArn = `arn:aws:codewhisperer:${region}:123456789012:profile/P`;
      const tried: string[] = [];
      const fetch: Fetch = async (url) => {
        tried.push(new URL(url).hostname);
        throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ENOTFOUND' }) });
      };
      const { ask } = talk({ fetch });
      await assert.rejects(ask(), { code: 'network', reason: 'unpublished-hosts', detail: region });
      assert.deepEqual(tried, [`runtime.${region}.kiro.dev`, amazon]);
    });
  }
});
