import assert from 'node:assert/strict';
import { KiroError } from '../../../src/base/errors';
import { whoseLogin } from '../../../src/kiro/account/whose';

const signal = new AbortController().signal;
const arn = 'arn:aws:codewhisperer:us-east-1:1:profile/A';

describe('Whose a login is', () => {
  /** A service that names the person only with one of these profiles. */
  const service = (
    wanted: readonly (string | undefined)[],
    refusal: KiroError,
    profiles = [{ arn, name: 'A' }],
  ) => {
    const asked: (string | undefined)[] = [];
    const managementFor = (profileArn: string | undefined) => ({
      usageLimits: async () => {
        asked.push(profileArn);
        if (!wanted.includes(profileArn)) throw refusal;
        return { person: { userId: 'u1' }, subscription: {} };
      },
      profiles: async () => profiles,
    });
    return { asked, managementFor };
  };
  const forbidden = new KiroError('forbidden');

  it('is asked with the profile that is known', async () => {
    const { asked, managementFor } = service([arn], forbidden);
    assert.deepEqual(await whoseLogin(managementFor, arn, signal), { userId: 'u1' });
    assert.deepEqual(asked, [arn]);
  });

  it('is asked with the first profile there is where the service says nothing without one', async () => {
    const { asked, managementFor } = service([arn], forbidden);
    assert.deepEqual(await whoseLogin(managementFor, undefined, signal), { userId: 'u1' });
    assert.deepEqual(asked, [undefined, arn]);
  });

  it('needs no profile where the service says so without one', async () => {
    const { asked, managementFor } = service([undefined], forbidden);
    await whoseLogin(managementFor, undefined, signal);
    assert.deepEqual(asked, [undefined]);
  });

  for (const [what, refusal, profiles] of [
    ['the login has ended', new KiroError('token-rejected'), undefined],
    ['it has no profile', forbidden, []],
  ] as const) {
    it(`is not asked again where ${what}`, async () => {
      const { asked, managementFor } = service([arn], refusal, profiles && [...profiles]);
      await assert.rejects(whoseLogin(managementFor, undefined, signal), refusal);
      assert.deepEqual(asked, [undefined]);
    });
  }
});
