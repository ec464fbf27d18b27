import assert from 'node:assert/strict';
import type { Account } from '../../../src/accounts/account';
import { accountCalled } from '../../../src/accounts/label';

const account = (id: string, label: string, email?: string): Account => ({
  id,
  label,
  email,
  grant: { kind: 'apiKey' },
  tokens: { access: 'x', expiresAt: 0 },
  origin: { kind: 'own' },
  health: 'active',
  addedAt: 0,
});

describe('An account called by its name', () => {
  const all = [
    account('1', 'ana@example.com (Google)', 'ana@example.com'),
    account('2', 'ana@example.com', 'ana@example.com'),
    account('3', 'Work', 'Bob@Example.com'),
    account('4', 'Kiro API key'),
  ];
  for (const [name, id] of [
    ['ana@example.com (Google)', '1'],
    ['ana@example.com', '2'],
    [' work ', '3'],
    ['bob@example.com', '3'],
    ['Kiro API key', '4'],
    ['4', '4'],
    ['nobody', undefined],
    ['', undefined],
  ] as const) {
    it(`${JSON.stringify(name)} is ${id ? `the one with id ${id}` : 'none'}`, () => {
      assert.equal(accountCalled(name, all)?.id, id);
    });
  }
});
