import assert from 'node:assert/strict';
import { creditsText } from '../../../src/usage/figures';
import { creditsName } from '../../../src/vscode/messages/accountWords';
import { leftName, spentSentence } from '../../../src/vscode/messages/usageWords';

describe('credits', () => {
  for (const [credits, text] of [
    [undefined, '—'],
    [0, '0'],
    [0.000123, '0.00012'],
    [0.0897, '0.09'],
    [0.1 + 0.2, '0.3'],
    [12.345, '12.35'],
    [148.5, '148.5'],
    [1000, '1,000'],
    [1_234_567.891, '1,234,567.89'],
  ] as const) {
    it(`of ${credits} are written “${text}”`, () => assert.equal(creditsText(credits), text));
  }

  it('are written alike in the status bar, its tooltip, the switcher, and the page', () => {
    const credits = { allowances: [{ kind: 'plan' as const, used: 12.345, limit: 1000 }] };
    assert.equal(leftName(credits), `${creditsText(987.655)} left`);
    assert.equal(creditsName(credits), `${creditsText(12.345)} of ${creditsText(1000)} credits used`);
    assert.ok(spentSentence({ today: 12.345 }).endsWith(`${creditsText(12.345)} credits`));
  });
});
