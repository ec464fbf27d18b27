import assert from 'node:assert/strict';
import { type Account, type Origin, sourceProblems } from '../../../src/accounts/account';
import { afterSignOut, originName, readOnlyName } from '../../../src/vscode/messages/accountWords';

const account = (origin: Origin, sourceProblem?: Account['sourceProblem']): Account => ({
  id: 'id-1',
  label: 'Work',
  origin,
  health: 'active',
  sourceProblem,
  addedAt: 0,
  grant: { kind: 'social', provider: 'Google' },
  tokens: { access: 'a', refresh: 'r', expiresAt: 0 },
});

const own: Origin = { kind: 'own' };
const shared: [string, Origin][] = [
  ['Kiro CLI', { kind: 'kiro-cli', database: '/data.sqlite3', key: 'kirocli:social:token' }],
  ['the Kiro IDE', { kind: 'kiro-ide', file: '/kiro-auth-token.json' }],
];

describe('what is said about where an account comes from', () => {
  it('is that it is an independent login, which nobody else loses by a sign-out', () => {
    assert.deepEqual([originName(account(own)), afterSignOut(account(own))], ['independent login', '']);
  });

  for (const [program, origin] of shared) {
    it(`is that it is shared with ${program}, where it stays signed in after a sign-out here`, () => {
      assert.equal(originName(account(origin)), `shared with ${program}`);
      assert.equal(afterSignOut(account(origin)), `It is shared with ${program} and stays signed in there.`);
    });

    it(`is that it is kept here, whatever became of it in ${program}`, () => {
      const problems = sourceProblems.filter((problem) => problem !== 'read-only');
      const said = problems.map((problem) => originName(account(origin, problem)));
      assert.equal(new Set(said).size, problems.length);
      for (const words of said) assert.ok(words.startsWith('kept here, ') && words.includes(program), words);
    });

    it(`is that ${program} cannot be given the new tokens, and has to sign in again, where that is known`, () => {
      assert.equal(originName(account(origin, 'read-only')), `shared with ${program}, read-only`);
      assert.match(readOnlyName(origin), new RegExp(`${program} has to sign in again\\.$`));
    });

    it(`promises nothing about ${program} after something became of it there`, () => {
      for (const problem of sourceProblems) assert.equal(afterSignOut(account(origin, problem)), '');
    });
  }
});
