import assert from 'node:assert/strict';
import { type AccountOptions, builderIdProfileArn, type SimulatedAccount } from '../../simulator/account';
import { serviceUnavailable } from '../../simulator/httpErrors';
import { Simulator } from '../../simulator/simulator';
import { bearer, post } from './requests';

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

describe('The management service of the simulator', () => {
  let simulator: Simulator;
  let account: SimulatedAccount;
  beforeEach(async () => {
    simulator = await Simulator.start();
    account = simulator.addAccount({ method: 'idc', email: 'ada@example.org', plan: 'KIRO PRO+', used: 100 });
  });
  afterEach(() => simulator.stop());

  const get = (path: string, who = account): Promise<Answer> =>
    read(fetch(simulator.endpoints.management + path, { headers: bearer(who) }));
  const add = (options: Partial<AccountOptions>) =>
    simulator.addAccount({ method: 'google', email: 'grace@example.com', ...options });
  const ids = ({ body }: Answer) => (body['models'] as { modelId: string }[]).map(({ modelId }) => modelId);

  for (const path of ['/List-Available-Models', '/ListAvailableModels']) {
    it(`lists the models of the account at ${path}`, async () => {
      const answer = await get(`${path}?origin=KIRO_CLI`);
      assert.deepEqual(
        ids(answer),
        account.models.map(({ modelId }) => modelId),
      );
      assert.deepEqual(answer.body['defaultModel'], account.models[0]);
    });
  }

  it('lists models page by page', async () => {
    simulator.pageSize = 4;
    const first = await get('/List-Available-Models?origin=KIRO_CLI');
    const second = await get(
      `/List-Available-Models?${new URLSearchParams({ origin: 'KIRO_CLI', nextToken: String(first.body['nextToken']) })}`,
    );
    assert.deepEqual(
      [...ids(first), ...ids(second)],
      account.models.slice(0, 8).map((model) => model.modelId),
    );
  });

  it('ends with a page without a next token', async () => {
    assert.equal((await get('/List-Available-Models?origin=KIRO_CLI')).body['nextToken'], undefined);
  });

  it('wants to know the origin', async () => {
    assert.equal((await get('/List-Available-Models')).status, 400);
    assert.equal((await get('/List-Available-Models?origin=ELSEWHERE')).status, 400);
  });

  it('refuses a profile of another account', async () => {
    const profileArn = encodeURIComponent(builderIdProfileArn);
    const answer = await get(`/List-Available-Models?origin=KIRO_CLI&profileArn=${profileArn}`);
    assert.equal(answer.status, 403);
  });

  it('lists the profiles of an organisation', async () => {
    const url = `${simulator.endpoints.management}/List-Available-Profiles`;
    const { body } = await read(post(url, {}, bearer(account)));
    assert.deepEqual(body['profiles'], account.profiles);
  });

  it('lists profiles as AWS-JSON too', async () => {
    const { body } = await read(
      post(
        `${simulator.endpoints.runtime}/`,
        {},
        {
          ...bearer(account),
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': 'AmazonCodeWhispererService.ListAvailableProfiles',
        },
      ),
    );
    assert.deepEqual(body['profiles'], account.profiles);
  });

  it('lists a profile only in its own region', async () => {
    const ask = (region: string) =>
      read(
        simulator.fetch(`https://management.${region}.kiro.dev/List-Available-Profiles`, {
          method: 'POST',
          headers: bearer(account),
          body: '{}',
        }),
      );
    assert.deepEqual((await ask('eu-central-1')).body['profiles'], []);
    assert.deepEqual((await ask('us-east-1')).body['profiles'], account.profiles);
  });

  it('lists no profiles for a Builder ID', async () => {
    const who = add({ method: 'builder-id' });
    const answer = await read(
      post(`${simulator.endpoints.management}/List-Available-Profiles`, {}, bearer(who)),
    );
    assert.equal(answer.status, 403);
    assert.equal(answer.body['message'], 'AWS Builder ID is not supported for this operation.');
  });

  for (const path of ['/Get-Usage-Limits', '/getUsageLimits']) {
    it(`tells the usage at ${path}`, async () => {
      const { body } = await get(`${path}?origin=KIRO_CLI&resourceType=CREDIT&isEmailRequired=true`);
      assert.deepEqual(body, JSON.parse(JSON.stringify(account.usage)));
    });
  }

  it('tells the e-mail address only when asked', async () => {
    const { body } = await get('/Get-Usage-Limits?origin=KIRO_CLI&resourceType=CREDIT');
    assert.deepEqual(body['userInfo'], { userId: account.id });
  });

  it('refuses a bad token everywhere', async () => {
    account.rejectAccessToken();
    for (const path of ['/List-Available-Models?origin=KIRO_CLI', '/Get-Usage-Limits']) {
      const answer = await get(path);
      assert.equal(answer.status, 403);
      assert.match(String(answer.body['message']), /bearer token included in the request is invalid/);
    }
  });

  it('fails as often as it was told to', async () => {
    simulator.failNext('usage', serviceUnavailable());
    assert.equal((await get('/Get-Usage-Limits')).status, 503);
    assert.equal((await get('/Get-Usage-Limits')).status, 200);
  });

  it('can break the connection instead of answering', async () => {
    simulator.failNext('usage', 'break');
    await assert.rejects(get('/Get-Usage-Limits'), TypeError);
  });

  it('reminds of a failure that nobody ran into', () => {
    simulator.failNext('usage', serviceUnavailable());
    assert.throws(() => simulator.assertDone(), /left a failure of usage unused/);
  });

  it('knows no other path', async () => {
    assert.equal((await get('/ListProfiles')).status, 404);
  });
});

async function read(answer: Promise<Response>): Promise<Answer> {
  const response = await answer;
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
